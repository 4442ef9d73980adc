// The public GraphQL over HTTP audit, in full, at both doors of a real zone. Refused by design: documents in addresses.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serverAudits } from 'graphql-http';
import { DOORS, headersOf } from './doors.mjs';

const REFUSED_BY_DESIGN = new Set(['5A70', 'D6D5', '6A70']);

for (const door of DOORS) {
  const fetchFn = (url, options) => fetch(url, { ...options, headers: { ...options?.headers, ...headersOf(door) } });
  for (const audit of serverAudits({ url: door.url, fetchFn })) {
    test(`at the ${door.name}: ${audit.id} ${audit.name}`, async () => {
      const result = await audit.fn();
      const isAsWanted = result.status === 'ok' || (result.status === 'notice' && REFUSED_BY_DESIGN.has(audit.id));
      assert.ok(isAsWanted, `${result.status}: ${result.reason}`);
    });
  }
}
