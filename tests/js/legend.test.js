import assert from 'node:assert/strict';
import {test} from 'node:test';
import {distance, line, past, reason, rows} from '../../wirelane_geo/ui/static/legend.js';

/** @param {string} lang @returns {LegendWords} as legend.py sends them */
const words = lang => ({
  lang, demo: '', demoMeaning: '', always: ['FREE', 'IN_USE', 'FAULTED', 'UNKNOWN'],
  statuses: ['FREE', 'RESERVED', 'IN_USE', 'CLOSED_NOW', 'UNKNOWN', 'CLOSED', 'UNAVAILABLE', 'FAULTED'].map(status => [status, status.toLowerCase(), status]),
  texts: lang === 'de' ? {'stations.many': '{n} Stationen', 'points.many': '{n} Punkte hier', 'free.many': '{n} frei', 'closed_now.many': '{n} weitere sind jetzt geschlossen'} : {
    'stations.one': '{n} station', 'stations.many': '{n} stations', 'points.one': '{n} point here', 'points.many': '{n} points here',
    'free.one': '{n} free', 'free.many': '{n} free', 'closed_now.one': '{n} more is closed now', 'closed_now.many': '{n} more are closed now',
    'counts.none': 'nothing', 'counts.none.filtered': 'nothing that meets the filters',
  },
});
const ENGLISH = words('en'), GERMAN = words('de');

/** Counts of some stations and points by status. @param {number} stations @param {Record<string, number>} by_status @returns {InView} */
const counts = (stations, by_status, closed_now = 0) => ({
  stations, by_status, closed_now, points: Object.values(by_status).reduce((sum, n) => sum + n, 0), free: (by_status.FREE ?? 0) - closed_now,
  problem: null, cause: null, fetchedAt: null, nearest: null,
});
/** @param {InView} told */
const said = (told, how = ENGLISH, filtered = false) => line(told, filtered, how).map(([text]) => text).join(', ');
/** @param {InView} told */
const key = told => rows(told, ENGLISH).map(({status, n}) => [status, n]);

test('counts are those of what is in view', () => {
  const told = counts(2, {FREE: 2, UNKNOWN: 1, FAULTED: 1});
  assert.equal(said(told), '2 stations, 4 points here, 2 free');
  assert.deepEqual(key(told), [['FREE', 2], ['IN_USE', 0], ['UNKNOWN', 1], ['FAULTED', 1]]);
  assert.equal(said(counts(1, {FREE: 1})), '1 station, 1 point here, 1 free');
});

test('large numbers have separators', () => {
  const many = counts(1234, {FREE: 789, FAULTED: 2667});
  assert.equal(said(many), '1,234 stations, 3,456 points here, 789 free');
  assert.equal(said(many, GERMAN), '1.234 Stationen, 3.456 Punkte hier, 789 frei');
});

test('where no status is known nothing is called free, and no 0 of anything else is told', () => {
  const silent = counts(2, {UNKNOWN: 4});
  assert.equal(said(silent), '2 stations, 4 points here');
  assert.deepEqual(key(silent), [['UNKNOWN', 4]]);
  assert.equal(said(counts(2, {FAULTED: 4})), '2 stations, 4 points here, 0 free');
});

test('what is closed now is counted apart', () => {
  const night = counts(2, {FREE: 2, UNKNOWN: 1, FAULTED: 1}, 1);
  assert.equal(said(night), '2 stations, 4 points here, 1 free, 1 more is closed now');
  assert.deepEqual(key(night), [['FREE', 1], ['IN_USE', 0], ['CLOSED_NOW', 1], ['UNKNOWN', 1], ['FAULTED', 1]]);
  const many = counts(9000, {FREE: 8000, FAULTED: 1000}, 5834);
  assert.equal(said(many), '9,000 stations, 9,000 points here, 2,166 free, 5,834 more are closed now');
  assert.match(said(many, GERMAN), /5\.834 weitere sind jetzt geschlossen/);
});

test('nothing in view says whether filters are why', () => {
  const none = counts(0, {});
  assert.equal(said(none), 'nothing');
  assert.equal(said(none, ENGLISH, true), 'nothing that meets the filters');
  assert.deepEqual(key(none), []);
});

test('a distance is as long as one says it', () => {
  assert.deepEqual([7.4, 99.6, 352, 994, 996, 1234, 64_900, 123_456, 1_234_567].map(metres => distance(metres, 'en')),
    ['7 m', '100 m', '350 m', '990 m', '1 km', '1.2 km', '64.9 km', '123 km', '1,235 km']);
  assert.equal(distance(1234, 'de'), '1,2 km');
});

test('a time of today is a time, another one has its day', () => {
  const now = new Date(2025, 6, 1, 15, 0);
  assert.equal(past(new Date(2025, 6, 1, 14, 3), now, 'en'), '14:03');
  assert.match(past(new Date(2025, 5, 26, 14, 3), now, 'en'), /^Thu,? 26 Jun, 14:03$/);
  assert.match(past(new Date(2025, 5, 26, 14, 3), now, 'de'), /^Do\.?, 26\. Juni, 14:03$/);
});

test('why data is old is said in the page\'s language, by its cause', () => {
  const german = {'map.cause_http': 'die Gegenstelle antwortet {cause}', 'map.cause_unreachable': 'die Gegenstelle ist nicht erreichbar',
    'map.cause_incomplete': 'die Antwort der Gegenstelle ist nicht vollständig'};
  const english = Object.fromEntries(Object.keys(german).map(key => [key, '{reason}']));
  assert.equal(reason('No answer from map.example.', 'unreachable', german), 'die Gegenstelle ist nicht erreichbar');
  assert.equal(reason('503 Service Unavailable', '503', german), 'die Gegenstelle antwortet 503');
  assert.equal(reason('3 of 4 pages came.', 'incomplete', german), 'die Antwort der Gegenstelle ist nicht vollständig');
  assert.equal(reason('No answer from {cause}.', 'unreachable', english), 'No answer from {cause}.');
  assert.equal(reason('Nobody knows why.', null, german), 'Nobody knows why.');
});
