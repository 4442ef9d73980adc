// urql: HTTP, event streams through its own fetch, persisted queries.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, fetchExchange, gql } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';

const url = process.env.XIEZHI_DOOR;
const fetchOptions = { headers: { authorization: 'Bearer handler' } };

test('a query is answered, with its variables', async () => {
  const client = new Client({ url, fetchOptions, preferGetMethod: false, exchanges: [fetchExchange] });
  const { data, error } = await client.query(gql`query ($a: Money!) { double(amount: $a) }`, { a: '2.50' });
  assert.equal(error, undefined);
  assert.equal(data.double, '5.00');
});

test('a refusal of a field is an error beside the data', async () => {
  const client = new Client({ url, fetchOptions, preferGetMethod: false, exchanges: [fetchExchange] });
  const { error } = await client.query(gql`{ refused }`, {});
  assert.equal(error.graphQLErrors[0].extensions.code, 'FORBIDDEN');
});

test('a subscription runs over an event stream', async () => {
  const client = new Client({ url, fetchOptions, fetchSubscriptions: true, exchanges: [fetchExchange] });
  const told = await new Promise((resolve) => {
    const heard = [];
    client.subscription(gql`subscription { count(to: 3) }`, {}).subscribe(({ data }) => {
      heard.push(data.count);
      if (heard.length === 3) resolve(heard);
    });
  });
  assert.deepEqual(told, [0, 1, 2]);
});

test('a persisted query is registered once, then named', async () => {
  const bodies = [];
  const client = new Client({
    url,
    fetchOptions,
    preferGetMethod: false,
    exchanges: [persistedExchange({ preferGetForPersistedQueries: false }), fetchExchange],
    fetch: (address, options) => {
      bodies.push(JSON.parse(options.body));
      return fetch(address, options);
    },
  });
  for (let times = 0; times < 2; times++) {
    const { data, error } = await client.query(
      gql`query Zone { zone small { name } }`,
      {},
      { requestPolicy: 'network-only' },
    );
    assert.equal(error, undefined);
    assert.equal(data.small.name, '獬豸');
  }
  assert.deepEqual(bodies.map((body) => 'query' in body), [false, true, false]);
});
