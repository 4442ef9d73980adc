// graphql-ws, as a front end uses it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const url = process.env.XIEZHI_DOOR.replace('http', 'ws');
const connect = (authorization) =>
  createClient({ url, webSocketImpl: WebSocket, connectionParams: { authorization }, retryAttempts: 0 });

test('a subscription is iterated to its end', async () => {
  const client = connect('Bearer handler');
  const told = [];
  for await (const result of client.iterate({ query: 'subscription { count(to: 3) }' })) told.push(result.data.count);
  await client.dispose();
  assert.deepEqual(told, [0, 1, 2]);
});

test('a query runs over the socket', async () => {
  const client = connect('Bearer handler');
  const told = [];
  for await (const result of client.iterate({ query: '{ small { name } }' })) told.push(result.data);
  await client.dispose();
  assert.deepEqual(told, [{ small: { name: '獬豸' } }]);
});

test('a refused document is an error with its code', async () => {
  const client = connect('Bearer handler');
  await assert.rejects(
    async () => {
      for await (const result of client.iterate({ query: 'subscription { nothing }' })) assert.fail(result);
    },
    (errors) => errors[0].extensions.code === 'DOCUMENT_INVALID',
  );
  await client.dispose();
});

test('a token that opens nothing closes the socket with 4403', async () => {
  const client = connect('Bearer forged');
  await assert.rejects(
    async () => {
      for await (const result of client.iterate({ query: '{ zone }' })) assert.fail(result);
    },
    (closed) => closed.code === 4403,
  );
  await client.dispose();
});
