// Every client at both doors of a real zone, unchanged from one to the other.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLIENTS } from './clients.mjs';
import { ask, DOORS, HANDLERS_NODE, LOOK_UP } from './doors.mjs';

const CLEAR = `query Clear($scope: Scope!) {
  zone {
    name
    courts { code name }
    crossBorderMatrix(scope: $scope) {
      ... on CrossBorderMatrix { rows { sourceCourt division openCases { text } } coverage { answered complete } }
      ... on Problem { code message }
    }
  }
}`;
const PRESENCE = `query Presence($identity: DebtorIdentityInput!, $basis: LegalBasisInput!, $scope: Scope!) {
  debtorPresence(identity: $identity, basis: $basis, scope: $scope) {
    ... on DebtorPresence { openCaseCount coverage { answered complete } }
    ... on Problem { code message }
  }
}`;
const LIVE = PRESENCE.replace('query Presence', 'subscription Live');
const CARRIED = 'subscription { carriedTraffic { ... on CarriedEnvelope { kind fromCourt toCourt } } }';
const [, gateway] = DOORS;

// Typenames that a client adds for its cache are no part of the answer.
const plain = (data) => JSON.parse(JSON.stringify(data, (key, value) => (key === '__typename' ? undefined : value)));

for (const [name, client] of Object.entries(CLIENTS)) {
  for (const door of client.query ? DOORS : []) {
    test(`${name} at the ${door.name}: the clear zone, with coverage`, async () => {
      const { data, code } = await client.query(door, CLEAR, { scope: { wholeZone: true } });
      assert.equal(code, undefined);
      const { zone } = plain(data);
      assert.equal(zone.courts.length, 8);
      assert.equal(zone.crossBorderMatrix.rows.length, 64);
      assert.deepEqual(zone.crossBorderMatrix.coverage, { answered: 8, complete: true });
      assert.deepEqual({ zone }, (await ask(gateway, CLEAR, { scope: { wholeZone: true } })).data);
    });

    test(`${name} at the ${door.name}: a document that is not valid is refused with its code`, async () => {
      const { code } = await client.query(door, '{ nothing }');
      assert.equal(code, 'DOCUMENT_INVALID');
    });
  }

  if (client.query) test(`${name}: a look-up is sent to the own court by the gateway, and answered there unchanged`, async () => {
    const refused = await client.query(gateway, PRESENCE, LOOK_UP);
    const answered = await client.query(HANDLERS_NODE, PRESENCE, LOOK_UP);
    assert.equal(refused.code, 'ASK_OWN_COURT');
    assert.equal(answered.code, undefined);
    assert.deepEqual(plain(answered.data.debtorPresence.coverage), { answered: 8, complete: true });
    assert.ok(answered.data.debtorPresence.openCaseCount > 0);
  });

  if (!client.subscribe) continue;

  test(`${name} at the node: a live look-up grows until it is complete, and ends`, async () => {
    let last;
    for await (const data of client.subscribe(HANDLERS_NODE, LIVE, LOOK_UP)) last = plain(data);
    assert.deepEqual(last.debtorPresence.coverage, { answered: 8, complete: true });
  });

  if (client.leaves ?? true) test(`${name} at the gateway: traffic is told as it is carried, and can be left`, async () => {
    const asking = setInterval(() => ask(HANDLERS_NODE, PRESENCE, LOOK_UP), 700);
    try {
      for await (const data of client.subscribe(gateway, CARRIED)) {
        assert.match(data.carriedTraffic.kind, /^(ASK|ANSWER)$/);
        break;
      }
    } finally {
      clearInterval(asking);
    }
  });
}
