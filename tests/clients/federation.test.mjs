// Node and gateway as subgraphs: both public composition libraries compose one of them with a service of the house, and
// refuse two of them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { composeServices as apollo } from '@apollo/composition';
import { composeServices as guild } from '@theguild/federation-composition';
import { parse } from 'graphql';

const ours = (door) => readFileSync(join(process.env.XIEZHI_SUBGRAPHS, `${door}.graphql`), 'utf8');
const house = (type, key) => `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query { visits: [${type}!]! }
  type ${type} @key(fields: "${key.split(':')[0]}") { ${key} visits: Int! }
`;
const compose = (library, texts) =>
  library(texts.map((sdl, n) => ({ name: `service${n}`, url: `http://service${n}.test`, typeDefs: parse(sdl) })));

for (const [name, library] of Object.entries({ apollo, guild })) {
  test(`${name}: one of ours composes with a service that extends its entities`, () => {
    for (const [door, type, key] of [
      ['node', 'AssistingUnit', 'id: String!'],
      ['gateway', 'MemberCourt', 'id: ID!'],
      ['gateway', 'MemberCourt', 'code: CourtCode!'],
      ['gateway', 'TrackedTask', 'id: ID!'],
      ['gateway', 'MaintenanceWindow', 'id: ID!'],
    ]) {
      const scalars = key.includes('CourtCode') ? 'scalar CourtCode' : '';
      const composed = compose(library, [ours(door), house(type, key) + scalars]);
      assert.deepEqual(composed.errors ?? [], [], `${door} ${type}`);
      assert.match(composed.supergraphSdl, new RegExp(`type ${type}\\b`));
    }
  });

  test(`${name}: a type that names a person cannot be extended by key`, () => {
    const composed = compose(library, [ours('node'), house('EnforcementCase', 'id: ID!')]);
    assert.ok(composed.errors.length > 0);
    assert.equal(composed.supergraphSdl, undefined);
  });

  for (const doors of [['node', 'node'], ['gateway', 'gateway'], ['node', 'gateway']]) {
    test(`${name}: ${doors.join(' and ')} are refused`, () => {
      const composed = compose(library, doors.map(ours));
      assert.equal(composed.supergraphSdl, undefined);
      const codes = new Set(composed.errors.map((error) => error.extensions.code));
      assert.ok(codes.has('INVALID_FIELD_SHARING'), [...codes].join());
    });
  }
}
