// What a click in a panel of the map means, by `data-choose`: "open:ID", "close", "panel:list", "order:power", "page:2", "nearest:ID",
// "named:1,2", "reset", "lang:de".
import {choose, chosen, chosenBeside, stationOpen} from './choice.js';
import {reset} from './filters.js';

/** Closes the station; where none is open, the panel. */
export function close() {
  if (stationOpen()) choose({station: ''});
  else if (chosenBeside().panel) choose({}, {panel: ''});
}

/** Stations as a link names them. @param {string} stations */
const ordered = stations => stations.split(',').sort((a, b) => Number(a) - Number(b)).join(',');

/** @type {Record<string, (argument: string) => void>} */
const ACTIONS = {
  close,
  reset,
  open: station => choose({station}, {how: 'list'}),
  panel: name => choose({station: ''}, {panel: !stationOpen() && chosenBeside().panel === name ? '' : name, page: 1}),
  nearest: station => choose({station}, {how: 'search'}),
  named: stations => choose({stations: chosen('stations') === ordered(stations) ? '' : ordered(stations)}),
  order: order => choose({}, {order, page: 1}),
  page: number => choose({}, {page: Number(number)}),
  lang: lang => choose({lang}, {step: false}),
};

/** @param {string} action */
export function act(action) {
  const [name, ...argument] = action.split(':');
  ACTIONS[name]?.(argument.join(':'));
}
