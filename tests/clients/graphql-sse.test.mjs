// graphql-sse in distinct-connections mode, as a front end uses it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from 'graphql-sse';

const connect = (authorization) =>
  createClient({ url: process.env.XIEZHI_DOOR, headers: { authorization }, retryAttempts: 0 });

test('a subscription is iterated to its end', async () => {
  const client = connect('Bearer handler');
  const told = [];
  for await (const result of client.iterate({ query: 'subscription { count(to: 3) }' })) told.push(result.data.count);
  client.dispose();
  assert.deepEqual(told, [0, 1, 2]);
});

test('a refused document is a result with its code', async () => {
  const client = connect('Bearer handler');
  const told = [];
  for await (const result of client.iterate({ query: 'subscription { nothing }' })) told.push(result);
  client.dispose();
  assert.deepEqual(told.map((result) => result.errors[0].extensions.code), ['DOCUMENT_INVALID']);
});

test('a token that opens nothing is 401', async () => {
  const client = connect('Bearer forged');
  await assert.rejects(
    async () => {
      for await (const result of client.iterate({ query: '{ zone }' })) assert.fail(result);
    },
    (error) => error.response.status === 401,
  );
  client.dispose();
});

test('a stream can be left in its middle', async () => {
  const client = connect('Bearer handler');
  for await (const result of client.iterate({ query: 'subscription { forever }' })) {
    assert.equal(result.data.forever, 0);
    break;
  }
  client.dispose();
});
