// What a click in a panel of the map means, by `data-choose`: "open:ID", "close", "panel:list", "order:power", "page:2", "nearest:ID", "reset", "lang:de".
import {choose, chosenBeside, stationOpen} from './choice.js';
import {reset} from './filters.js';

/** Closes the station; where none is open, the panel. */
export function close() {
  if (stationOpen()) choose({station: ''});
  else if (chosenBeside().panel) choose({}, {panel: ''});
}

/** @type {Record<string, (argument: string) => void>} */
const ACTIONS = {
  close,
  reset,
  open: station => choose({station}, {how: 'list'}),
  panel: name => choose({station: ''}, {panel: !stationOpen() && chosenBeside().panel === name ? '' : name, page: 1}),
  nearest: station => choose({station}, {how: 'search'}),
  order: order => choose({}, {order, page: 1}),
  page: number => choose({}, {page: Number(number)}),
  lang: lang => choose({lang}, {step: false}),
};

/** @param {string} action */
export function act(action) {
  const [name, ...argument] = action.split(':');
  ACTIONS[name]?.(argument.join(':'));
}
