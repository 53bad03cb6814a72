export class Basemap {
  constructor() { this.classes = {}; this.layers = []; }
  update() {}
  drawn() { return []; }
}
