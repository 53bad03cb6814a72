// The types that the modules in static/ share, for `tsc` and editors; nothing of this file is served.

// --- places and columns -----------------------------------------------------------------------------------------------

/** Where a camera stands: degrees WGS 84, and zoom as deck.gl counts it (512 px tiles). */
interface View { longitude: number; latitude: number; zoom: number }

/** Degrees WGS 84. */
type LonLat = [lon: number, lat: number];

/** CSS pixels, from the map's top left corner. */
type Pixel = [x: number, y: number];

/** A box on the screen in CSS pixels, or a box in degrees as the browser's outlines have it. */
type Box = [left: number, top: number, right: number, bottom: number];
type LonLatBox = [west: number, south: number, east: number, north: number];

/** Bounds as Python writes them: south, west, north, east in degrees. */
type Bounds = ArrayLike<number> & Iterable<number>;

/** CSS pixels at each side. */
interface Sides { top: number; right: number; bottom: number; left: number }

/** Where a mark stands on the screen, CSS pixels. */
type Mark = [x: number, y: number, radius: number];

/** Degrees: lon, lat, lon, lat, ... */
type Positions = Float32Array | Float64Array;

/** A column of numbers, as narrow as they fit. */
type Column = Float32Array | Float64Array | Uint32Array | Uint16Array | Uint8Array;

/** Marks by column; a row's numbers follow each other. */
interface Table { length: number; columns: Record<string, Column> }
type MarkTable = 'stations' | 'clusters';
type Tables = Record<MarkTable, Table>;

/** What the layers are drawn from: marks, the zoom that they are arranged for, the side of the squares that clusters stand for (CSS px). */
type BoundMarks = Tables & { zoom: number; cell: number };

// --- tiles -------------------------------------------------------------------------------------------------------------

/** A square of the map, as slippy maps count them; below zoom 0 the whole world, drawn for a zoom farther out. */
interface Address { z: number; x: number; y: number }

interface TileColumn { values: Column; width: number }
/** By layer and name. */
type TileColumns = Record<string, Record<string, TileColumn>>;

/** A tile that is there; stale: it is to be asked for again. */
interface CachedTile { address: Address; query: string; etag: string; columns: TileColumns; stale: boolean }

/** What is drawn of a tile: all of it, or what lies in a square. */
interface Part { key: string; columns: TileColumns; square?: Address }

/** Asks the server for a path. `before`: what is known of an answer that is there already. */
type Ask<Answer> = (path: string, signal: AbortSignal, before: string | undefined) => Promise<Answer>;

/** A tile's bytes, null where they are those that are there. */
interface TileAnswer { etag: string; buffer: ArrayBuffer | null }

/** An answer of GET map/counts, and up to when it is known to be true. */
interface Counted {
  stations: number; points: number; by_status: Record<string, number>; free: number; closed_now: number; problem: string | null; cause: string | null; fetchedAt: Date | null;
}
/** An answer of GET map/nearest. */
interface Nearest { point_id: string; title: string; place: string; cpo: string | null; distance_m: number }
/** What the legend tells. */
type InView = Counted & { nearest: Nearest | null };

/** What legend.py sends: texts by key, statuses in order ([name, in words, in more words]), those that are always explained. */
interface LegendWords {
  lang: string; texts: Record<string, string>; statuses: [status: string, name: string, meaning: string][]; always: string[];
  demo: string; demoMeaning: string;
}

// --- what Python sends -------------------------------------------------------------------------------------------------

/** What Streamlit calls a component's `render` with. */
interface Component<Data> {
  data: Data;
  parentElement: HTMLElement;
  setStateValue(name: string, value: unknown): void;
  setTriggerValue(name: string, value: unknown): void;
}

/** How a status, or what is free but closed now, looks: a row of palette.py. */
interface Look {
  status: string; colour: string; ink: string; path: string; stroke: number; filled: boolean;
  body: 'solid' | 'hollow' | 'dotted'; arc: 'solid' | 'hollow' | 'dashed';
}
interface Tones { surface: string; ink: string; muted: string; accent: string; halo: string }

/** palette.sheet(): looks by the number that stands for them, the numbers in the order of a ring's arcs, the tones of a theme. */
interface Palette { looks: Look[]; arcs: number[]; tones: Tones }

/** Where the camera is to go, once for each token. */
interface CameraCommand { token: string; view?: [lon: number, lat: number, zoom: number]; bounds?: Bounds }

/** What a place on the map is owed to: text and, where there is one, its URL. */
type Credit = [text: string, url?: string];

/** What pulses: its name, place, and age in seconds. */
type Pulse = [name: number, lon: number, lat: number, age: number];

/** A choice's number, the canonical link (without the view) that stands for it, and the view that a link says. */
interface Answer { version: number; query: string; view: View | null }

/** A place with a ring: that of the open station, or shared by those that are listed, or alone. `status` is the number of a look. */
interface Selected { position: LonLat; shared: boolean; station?: {handle: number; status: number; free: number; matching: number} }

/** A remote style: its URL, or itself; null: there is none. */
type MapStyle = string | object | null;

/** What viewport.py sends with each render. */
interface MapData {
  deck: {mapStyle: MapStyle; layers: object[]};
  palette: Palette;
  bundle: string;
  theme: string;
  basemap: string;
  credits: {embedded: Credit[]; remote: Credit[]};
  lang: string;
  texts: Record<string, string>;
  camera: CameraCommand | null;
  selected: Selected | null;
  padding: Partial<Sides>;
  /** What Python made of the choice that it heard last; null: this map leaves the address bar alone. */
  link: Answer | null;
  pulses: Pulse[];
  /** Serial of the report that this render answers; 0: none. */
  answers: number;
  /** Of a map that leaves the address bar alone: a link's filters for its tiles; null: not known yet. */
  filters: string | null;
}

/** What panels.py sends: escaped HTML by the part's name; Streamlit's words and ours; what the page's content is called. */
interface PanelsData { parts: Record<string, string>; lang: string; names?: [english: string, ours: string][]; main?: string }

/** What operator/hand_over.py sends: a ticket to exchange, whether somebody is signed in, and what to say where that fails. */
interface SignInData { ticket: string | null; signed_in: boolean; texts: Record<string, string> }

/** What operator/editor.py sends: the question, the form, the buttons that leave it and the fields that are wrong as selectors, which
 * filling of the form this is (null: nothing is edited), whether it has been changed already, and how often it was checked. */
interface EditorData {
  ask: string; editor: string; leaving: string; filled: string | null; unsaved: boolean; wrong: string[]; checked: number;
}

/** What wall/component.py sends. `now` is the server's time in milliseconds, the others are seconds. */
interface WallData extends PanelsData {
  texts: Record<string, string>;
  process: string;
  now: number;
  age: number | null;
  late: number;
  stale: number;
  silent: number;
  silent_late: number;
  silent_stale: number;
  reason: string;
  refresh: number;
}

/** What news.py sends: the last change that is drawn, times in seconds, and whether Python draws anything that changes (`follows`)
 * or grows old (`ages`). */
interface NewsData {
  number: number; age: number | null; pause: number; latest: number; follows: boolean; ages: boolean; text: string; away: string; days: string; lang: string;
}

/** What embed/page.py says in an embedded map's page; of the themes one where the link says which. */
interface EmbedPage extends Pick<MapData, 'bundle' | 'basemap' | 'credits' | 'lang' | 'texts'> {
  themes: Record<string, {deck: MapData['deck']; tones: Tones}>;
  looks: Omit<Palette, 'tones'>;
  link: Answer;
  news: Omit<NewsData, 'number' | 'age' | 'follows' | 'ages'>;
}

/** An answer of GET embed/parts. */
interface EmbedAnswer {
  query: string; parts: Record<string, string>; selected: Selected | null; bounds: Bounds | null;
  news: Pick<NewsData, 'number' | 'age' | 'follows' | 'ages'>;
}

/** What an embedded map reports: what was chosen, and once it is on screen what it shows (degrees). */
interface EmbedReport { choice: ChoiceReport; serial?: number; west?: number; south?: number; east?: number; north?: number }

/** An answer of GET map/search. */
interface Hit { label: string; detail?: string; kind: string; lon: number; lat: number; zoom: number; point_id?: string; cpo?: string }

/** An answer of GET map/label. */
interface Label { title: string; place?: string; cpo?: string }

// --- what the modules hand each other ----------------------------------------------------------------------------------

/** What setTimeout and setInterval answer. */
type Timer = ReturnType<typeof setTimeout> | undefined;

/** What is chosen on the map's page and lives in no link: the panel, a list's order and its page. */
interface Beside { panel: string; order: string; page: number }

/** What Python hears of choices: the number of the last one, the link as it was chosen, and how a station was. */
interface ChoiceReport extends Beside { version: number; query: string; handle: number | null; how: string; stars: string[] }

/** A favourite station: the id and the handle of its first point, what it was called, whether to tell when it is free. */
interface Favourite { id: string; handle: number; title: string; tell: boolean }

/** How a favourite is: how many points are free and not closed, of how many nothing is known, and why what is said may be old. */
interface FavouriteState { id: string; title: string; place: string; words: string; free: number; unknown: number; problem: string | null }

/** What a choice has to do with the map. */
interface Chooser {
  /** Whether the map is on the page that the address names. */
  here(): boolean;
  where(): View | null;
  goTo(view: View): void;
  choiceMade(): void;
}

/** A text of the catalogue in the visitor's language, with its {values}. */
type Texts = (name: string, values?: Record<string, string | number>) => string;

/** What a part of the map (search, buttons, tooltip) is told at each render. */
interface Context { data: MapData; text: Texts; number: Intl.NumberFormat }

interface Attribute<Values = Column> { value: Values; size: number; normalized?: boolean }

/** The layers that show data. */
type MarkLayerId = 'stations' | 'clusters' | 'selected';

/** Marks as deck.gl takes binary data. */
interface Marks {
  length: number;
  attributes: {
    getPosition: Attribute<Positions>; getFrom: Attribute<Positions>; getRadius: Attribute<Float32Array>;
    getKind: Attribute; getText: Attribute; getMixA: Attribute; getMixB: Attribute; getLift?: Attribute;
  };
}

/** The picture that marks are lettered with; lengths in CSS pixels, widths by row. */
interface Atlas { image: ImageData; scale: number; cell: number[]; wide: number[]; narrow: number[] }

/** Where the camera rested: its bounds, when (performance.now()), and which marks a repaint was noted of. */
interface Rest { serial: number; at: number; edges: number[]; noted?: number }

/** What Python was told of the viewport last. */
interface ViewportReport { serial: number; view: string; size: string; choice: number | undefined }

/** What benchmarks and browser tests read of a map; `reports` counts rests of the camera. */
interface Hooks {
  repaints: Repaint[];
  reports: number;
  /** Set by a benchmark that waits for the graphics. */
  finish?: boolean;
  [question: string]: unknown;
}
/** `bound`, `ms`, `finished`: milliseconds after the camera's last movement; null where there was none. */
interface Repaint { points: number; serial: number; bound: number | null; ms: number | null; finished?: number | null }

// --- what is used of deck.gl (pydeck's bundle) and of mapbox-gl ---------------------------------------------------------

interface Viewport extends View {
  width: number;
  height: number;
  getBounds(): LonLatBox;
  project(at: LonLat): Pixel;
  unproject(at: Pixel): LonLat;
}

interface Layer {
  id: string;
  props: {visible: boolean; data: {length: number}};
  clone(props: object): Layer;
}

interface Picking { index: number; layer: Layer | null; x: number; y: number }

/** What is set of a deck; deck.gl's documentation tells what each is. */
interface DeckProps {
  layers?: Layer[];
  mapStyle?: MapStyle;
  initialViewState?: object;
  useDevicePixels?: number;
  controller?: object;
  pickingRadius?: number;
  onViewStateChange?(change: {viewState: View}): View;
  onInteractionStateChange?(state: {inTransition?: boolean; isDragging?: boolean; isZooming?: boolean}): void;
  onResize?(): void;
  onLoad?(): void;
  onHover?(info: Picking): void;
  onAfterRender?(): void;
  getCursor?(state: {isDragging: boolean; isHovering: boolean}): string;
}

interface Deck {
  isInitialized: boolean;
  props: {layers: Layer[]};
  setProps(props: DeckProps): void;
  getViewports(): Viewport[];
  pickObject(at: {x: number; y: number; radius: number}): {index: number; layer: Layer} | null;
  finalize(): void;
  redraw(reason: string): void;
  getMapboxMap?(): RemoteMap | undefined;
}

/** deck.gl's class of discs, as far as MarkLayer builds on it. */
declare class ScatterplotLayer {
  id: string;
  props: Record<string, unknown>;
  state: {model: {shaderInputs: {setProps(props: object): void}}; atlas?: Texture};
  context: {device: {createTexture(options: object): Texture}};
  getShaders(): {modules: object[]};
  initializeState(): void;
  getAttributeManager(): {remove(names: string[]): void; addInstanced(attributes: object): void};
  draw(options: object): void;
  setNeedsRedraw(): void;
  finalizeState(context: object): void;
}
interface Texture { destroy(): void }

/** The global `deck` of pydeck's bundle. */
interface DeckGL {
  ScatterplotLayer: typeof ScatterplotLayer;
  WebMercatorViewport: new (options: {width: number; height: number}) => {
    fitBounds(bounds: [LonLat, LonLat], options: {padding: Sides; maxZoom: number; minExtent: number}): View;
  };
  LinearInterpolator: new (props: string[]) => object;
  FlyToInterpolator: new (options: {speed: number; maxDuration: number}) => object;
  JSONConverter: new (options: object) => {convert(document: object): {layers: Layer[]}};
}

/** A mapbox-gl map, as far as we look at it. */
interface RemoteMap {
  /** Draws at once, as deck.gl has it do, too. */
  _render?(): void;
  getCanvas(): HTMLCanvasElement;
  on(event: string, react: (event: {tile?: unknown; sourceId?: string; error?: Error & {status?: number}}) => void): void;
  /** Not promised; see street_names.js. */
  style?: {glyphManager?: object};
  isStyleLoaded(): boolean;
  getStyle(): {sources: Record<string, {type: string}>; metadata?: {region?: {bounds: LonLatBox; from: number}}};
  getSource(id: string): {attribution?: string} | undefined;
}

interface Window {
  deck?: DeckGL;
  createDeck?(options: object): Deck;
  wirelaneGeo?: Hooks;
}
