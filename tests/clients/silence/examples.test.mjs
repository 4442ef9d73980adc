// The examples while a court is down. Runs by itself: other tests want every court.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { ofAll, ofCourt } from '../../../docs/examples/frontend/coverage-words.mjs';
import { entries } from '../../../docs/examples/frontend/dishonest-list.mjs';
import { lookUp } from '../../../docs/examples/frontend/look-up-fetch.mjs';
import { ask, DOORS, LOOK_UP, zone } from '../zone/doors.mjs';

const SILENT = '赣1181';
const [, gateway] = DOORS;
const order = (act) => promisify(execFile)(zone.xiezhi, ['demo', act, SILENT]);
const document = (name) => readFile(new URL(`../../../docs/examples/frontend/documents/${name}.graphql`, import.meta.url), 'utf8');
const page = async (variables) => (await ask(gateway, await document('zone/dishonest-debtors'), variables)).data.publicDishonestDebtors;
const courtOf = (row) => row.sourceCourt;

async function walked(options, onRow = () => {}) {
  const rows = [];
  const walk = entries(page, { pauseMs: 200, ...options });
  for (;;) {
    const { value, done } = await walk.next();
    if (done) return { rows, silent: value.map(({ court }) => court.code) };
    rows.push(value);
    await onRow(rows.length);
  }
}

let whole;
before(async () => {
  whole = await walked({ first: 5 });
  assert.ok(whole.rows.some((row) => courtOf(row) === SILENT));
  await order('stop');
});
after(() => order('start'));

test('a screen does not say "none", and names the court', async () => {
  const { coverage } = await lookUp(zone.node, zone.tokens.node.handler, await document('node/first-look-up'), LOOK_UP);
  const silent = coverage.courts.find(({ court }) => court.code === SILENT);
  assert.equal(ofAll(coverage, 'zh'), '以下不是全部：8 个法院中有 1 个情况不明。');
  assert.match(ofCourt(silent, 'zh'), /^德兴市人民法院：.*不明。$/);
});

test('the walk ends with the name of who never answered', async () => {
  const { rows, silent } = await walked({ first: 5, patience: 1 });
  assert.deepEqual(silent, [SILENT]);
  assert.deepEqual(rows, whole.rows.filter((row) => courtOf(row) !== SILENT));
});

test('the walk waits for a court that comes back, and leaves nothing out', async () => {
  const { rows, silent } = await walked({ first: 5, patience: 100 }, (number) => number === 1 && order('start'));
  assert.deepEqual(silent, []);
  assert.deepEqual(rows.map((row) => JSON.stringify(row)).sort(), whole.rows.map((row) => JSON.stringify(row)).sort());
});
