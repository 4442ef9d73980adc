// The examples of docs/frontend.md, each against a real zone.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import WebSocket from 'ws';
import { affordable } from '../../../docs/examples/frontend/cost.mjs';
import { ofAll, ofCourt } from '../../../docs/examples/frontend/coverage-words.mjs';
import { deprecated } from '../../../docs/examples/frontend/deprecations.mjs';
import { entries } from '../../../docs/examples/frontend/dishonest-list.mjs';
import { lookUp as withApollo } from '../../../docs/examples/frontend/look-up-apollo.mjs';
import { lookUp as withFetch } from '../../../docs/examples/frontend/look-up-fetch.mjs';
import { lookUp as withUrql } from '../../../docs/examples/frontend/look-up-urql.mjs';
import { shown } from '../../../docs/examples/frontend/results.mjs';
import { change, insist } from '../../../docs/examples/frontend/retry.mjs';
import { begin, finish } from '../../../docs/examples/frontend/sign-in.mjs';
import { taskChanges } from '../../../docs/examples/frontend/task-changes.mjs';
import { approve, draft, submit } from './acts.mjs';
import { ask, DOORS, HANDLERS_NODE, LOOK_UP, zone } from './doors.mjs';

const [, gateway] = DOORS;
const root = new URL('../../../', import.meta.url);
const read = (path) => readFile(new URL(path, root), 'utf8');
const document = (name) => read(`docs/examples/frontend/documents/${name}.graphql`);

// What a person does at the provider: opens the page and chooses who they are.
async function choose(address, officer) {
  const page = await fetch(address);
  assert.match(await page.text(), new RegExp(officer));
  const back = await fetch(address, { method: 'POST', body: new URLSearchParams({ officer }), redirect: 'manual' });
  return new URL(back.headers.get('location')).searchParams;
}

test('sign-in: a token of the own court, good at its node and nowhere else', async () => {
  const { address, pending } = await begin(zone.issuer, 'xiezhi-page', `${zone.frontEnd}/`, zone.node);
  const { token, roles } = await finish(pending, await choose(address, 'o-330824-01'));
  const { data } = await ask({ ...HANDLERS_NODE, token }, '{ lookupLog(first: 1) { __typename } }');
  assert.deepEqual(roles, ['HANDLER']);
  assert.equal(data.lookupLog.__typename, 'LookupLog');
  const elsewhere = await ask({ ...DOORS[1], token }, '{ zone { name } }');
  assert.equal(elsewhere.errors[0].extensions.code, 'TOKEN_REJECTED');
});

test('sign-in: an answer with another state, or a code with another verifier, opens nothing', async () => {
  const { address, pending } = await begin(zone.issuer, 'xiezhi-page', `${zone.frontEnd}/`, zone.node);
  const answer = await choose(address, 'o-330824-01');
  await assert.rejects(finish({ ...pending, state: 'x'.repeat(43) }, answer), /not our answer/);
  await assert.rejects(finish({ ...pending, verifier: 'x'.repeat(43) }, answer), /refused/);
});

for (const [name, lookUp] of Object.entries({ fetch: withFetch, 'Apollo Client': withApollo, urql: withUrql })) {
  test(`first look-up with ${name}`, async () => {
    const { result, coverage } = await lookUp(zone.node, zone.tokens.node.handler, await document('node/first-look-up'), LOOK_UP);
    assert.equal(result.__typename, 'DebtorProfile');
    assert.deepEqual(new Set(result.cases.map((row) => row.sourceCourt)), new Set(['浙0824', '皖1021', '皖1022', '赣1181']));
    assert.equal(coverage.courts.length, 8);
    assert.equal(ofAll(coverage, 'zh'), '8 个法院均已查询。');
    assert.match(ofCourt(coverage.courts[0], 'zh'), /^.+法院：已/);
  });
}

test('coverage: every status has a sentence in both languages, and only EMPTY says nothing', async () => {
  const statuses = /enum CoverageStatus \{([^}]+)\}/.exec(await read('schema/supergraph.graphql'))[1].match(/^ +[A-Z_]+$/gm);
  assert.ok(statuses.length >= 10);
  for (const status of statuses.map((line) => line.trim())) {
    const court = { court: { name: 'X' }, status };
    const [zh, en] = [ofCourt(court, 'zh'), ofCourt(court, 'en')];
    const looked = ['ANSWERED', 'EMPTY'].includes(status);
    assert.equal(/不明/.test(zh), !looked, zh);
    assert.equal(/not known/.test(en), !looked, en);
    assert.equal(/查无|has nothing/.test(zh + en), status === 'EMPTY');
  }
  assert.match(ofCourt({ court: { name: 'X' }, status: 'OF_A_LATER_RELEASE' }, 'zh'), /不明/);
});

test('coverage: "none" is said only when it is complete and every court is empty', () => {
  const looked = ['ANSWERED', 'EMPTY'];
  const statuses = [...looked, 'REFUSED', 'TIMED_OUT', 'NOT_ASKED'];
  for (const one of statuses) {
    for (const other of statuses) {
      const complete = looked.includes(one) && looked.includes(other);
      const coverage = { complete, courts: [{ status: one }, { status: other }] };
      const isNone = complete && one === 'EMPTY' && other === 'EMPTY';
      assert.equal(/均无记录/.test(ofAll(coverage, 'zh')), isNone);
      assert.equal(/none has anything/.test(ofAll(coverage, 'en')), isNone);
    }
  }
});

test('results: the object, a problem, and what a later release may add', async () => {
  const cases = {
    object: { DebtorProfile: () => 'profile' },
    problem: ({ code }) => code,
    unknown: ({ __typename }) => `unknown ${__typename}`,
  };
  const query = await document('node/first-look-up');
  const { result: found } = await withFetch(zone.node, zone.tokens.node.handler, query, LOOK_UP);
  const elsewhere = { ...LOOK_UP, basis: { ...LOOK_UP.basis, caseNumber: '（2025）浙0824执999号' } };
  const { result: refused } = await withFetch(zone.node, zone.tokens.node.handler, query, elsewhere);
  assert.equal(shown(found, cases), 'profile');
  assert.equal(shown(refused, cases), 'LEGAL_BASIS_REQUIRED');
  assert.equal(shown({ __typename: 'Novelty' }, cases), 'unknown Novelty');
});

test('retry: an answer that is lost is asked for again, and nothing is done twice', async () => {
  const query = await document('node/record-payment');
  const input = {
    caseNumber: LOOK_UP.basis.caseNumber, amount: '10.00', paidOn: '2025-07-14', method: 'BANK_TRANSFER', idempotencyKey: randomUUID(),
  };
  const ids = [];
  const answer = await insist(async () => {
    const arrived = await ask(HANDLERS_NODE, query, { input });
    ids.push(arrived.data.recordPayment.id);
    if (ids.length < 3) throw new TypeError('the connection was lost');
    return arrived;
  }, { pauseMs: 1 });
  assert.equal(answer.data.recordPayment.amount, '10.00');
  assert.equal(ids.length, 3);
  assert.equal(new Set(ids).size, 1);
});

test('retry: a change against an old version is decided again', async () => {
  const made = await draft('BANK_DEPOSIT');
  const text = `mutation ($input: TaskVersionInput!) { submitDelegatedTask(input: $input) {
    ... on DelegatedTask { id status version } ... on StaleVersion { current } ... on Problem { code message } } }`;
  const act = (version) => ask(HANDLERS_NODE, text, { input: { id: made.id, version } });
  const shownVersions = [made.version + 7, made.version];
  const decided = [];
  const answer = await change(
    async () => ({ version: shownVersions.shift() }),
    act,
    async (seen) => (decided.push(seen.version), true),
  );
  assert.equal(answer.data.submitDelegatedTask.status, 'PENDING_APPROVAL');
  assert.deepEqual(decided, [made.version]);
});

test('the public list is walked to its end, each entry once', async () => {
  const query = await document('zone/dishonest-debtors');
  const walk = async (first) => {
    const rows = [];
    const walked = entries(async (variables) => (await ask(gateway, query, variables)).data.publicDishonestDebtors, { first });
    for (let step; !(step = await walked.next()).done || assert.deepEqual(step.value, []); ) rows.push(JSON.stringify(step.value));
    return rows;
  };
  const [small, large] = [await walk(3), await walk(100)];
  assert.ok(small.length > 3);
  assert.deepEqual(small, large);
});

test('a subscription comes back behind what it heard', async () => {
  const sockets = [];
  class Kept extends WebSocket {
    constructor(...given) {
      super(...given);
      sockets.push(this);
    }
  }
  let task = await draft('REAL_ESTATE');
  const told = [];
  const token = async () => zone.tokens.node.handler;
  for await (const { version } of taskChanges(zone.node, token, task.id, { webSocketImpl: Kept, pauseMs: 10 })) {
    told.push(version);
    if (told.length === 1) {
      sockets.at(-1).terminate();
      task = await submit(task);
    } else if (version === task.version && told.length === 2) {
      task = await approve(task);
    } else if (version === task.version) break;
  }
  assert.ok(sockets.length >= 2);
  assert.equal(told.length, 3);
  assert.deepEqual(told, [...told].sort((a, b) => a - b));
});

test('a subscription with a token that opens nothing does not come back', async () => {
  const changes = taskChanges(zone.node, async () => 'forged', randomUUID(), { webSocketImpl: WebSocket, pauseMs: 1 });
  await assert.rejects(changes.next(), (closed) => closed.code === 4403);
});

test('cost: smaller pages until the door takes it', async () => {
  const query = `query ($first: Int!) { delegatedTasks(first: $first) { ... on DelegatedTaskConnection {
    nodes { id ${'abcdefgh'.split('').map((key) => `${key}: timeline { type at author }`).join(' ')} } } } }`;
  const { data, first, cost } = await affordable((variables) => ask(HANDLERS_NODE, query, variables), { first: 100 });
  assert.ok(first < 100 && first > 1);
  assert.ok(cost.estimated <= cost.limit);
  assert.ok(data.delegatedTasks.nodes.length <= first);
});

test('deprecations: a field on its way out is named, and no example uses one', async () => {
  const leaving = 'type Query { old: Int @deprecated(reason: "Since contract 3: use new.") new: Int }';
  assert.deepEqual(deprecated(leaving, '{ old new }'), ['The field Query.old is deprecated. Since contract 3: use new.']);
  assert.deepEqual(deprecated(await read('schema/node.graphql'), await document('node/first-look-up')), []);
  assert.deepEqual(deprecated(await read('schema/supergraph.graphql'), await document('zone/dishonest-debtors')), []);
});

test('a page in development may call both doors, another may not', async () => {
  for (const door of DOORS) {
    const call = (origin) =>
      fetch(door.url, {
        method: 'POST',
        headers: { origin, 'content-type': 'application/json', authorization: `Bearer ${door.token}` },
        body: '{"query":"{ __typename }"}',
      });
    const [ours, other] = [await call(zone.frontEnd), await call('http://localhost:5174')];
    assert.equal(ours.headers.get('access-control-allow-origin'), zone.frontEnd);
    assert.equal(ours.status, 200);
    assert.equal(other.status, 403);
  }
});

test("the matrix of the two README files is one answer at both doors, and a handler's refusal", async () => {
  const blocks = await Promise.all(
    ['README.md', 'README.zh-CN.md'].map(async (page) => /```graphql\n(\{\n  zone \{[^`]+)```/.exec(await read(page))[1]),
  );
  assert.equal(blocks[0], blocks[1]);
  for (const door of DOORS) {
    const { rows, coverage } = (await ask(door, blocks[0])).data.zone.crossBorderMatrix;
    assert.equal(rows.length, 64);
    assert.deepEqual(coverage, { answered: 8, complete: true });
  }
  assert.equal((await ask(HANDLERS_NODE, blocks[0])).data.zone.crossBorderMatrix.code, 'FORBIDDEN');
});

test('`npm run try` signs in, looks up and speaks for each court', async () => {
  const folder = fileURLToPath(new URL('docs/examples/frontend/', root));
  const { stdout } = await promisify(execFile)('npm', ['run', '--silent', 'try'], { cwd: folder });
  const [all, ...courts] = stdout.trim().split('\n');
  assert.match(all, /：8 个法院均已查询。$/);
  assert.equal(courts.length, 8);
  assert.ok(courts.every((sentence) => /^.+法院：(已答复，有记录|已查询，查无记录)。$/.test(sentence)));
});
