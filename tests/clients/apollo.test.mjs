// Apollo Client: HTTP, sockets, automatic persisted queries.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const url = process.env.XIEZHI_DOOR;
const headers = { authorization: 'Bearer handler' };
const sha256 = (text) => createHash('sha256').update(text).digest('hex');

function client(link) {
  return new ApolloClient({ link, cache: new InMemoryCache() });
}

test('a query is answered, with its variables', async () => {
  const { data } = await client(new HttpLink({ uri: url, headers })).query({
    query: gql`query Double($amount: Money!) { double(amount: $amount) }`,
    variables: { amount: '2.50' },
  });
  assert.equal(data.double, '5.00');
});

test('a mutation is carried out', async () => {
  const { data } = await client(new HttpLink({ uri: url, headers })).mutate({ mutation: gql`mutation { mark }` });
  assert.equal(data.mark, true);
});

test('a refusal of a field is an error beside the data', async () => {
  const { error } = await client(new HttpLink({ uri: url, headers })).query({
    query: gql`{ refused }`,
    errorPolicy: 'all',
  });
  assert.ok(CombinedGraphQLErrors.is(error));
  assert.equal(error.errors[0].extensions.code, 'FORBIDDEN');
});

test('a subscription runs over the socket', async () => {
  const socket = createClient({
    url: url.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: headers,
    retryAttempts: 0,
  });
  const told = await new Promise((resolve, reject) => {
    const heard = [];
    client(new GraphQLWsLink(socket))
      .subscribe({ query: gql`subscription { count(to: 3) }` })
      .subscribe({
        next: ({ data }) => heard.push(data.count),
        error: reject,
        complete: () => resolve(heard),
      });
  });
  await socket.dispose();
  assert.deepEqual(told, [0, 1, 2]);
});

test('a persisted query is registered once, then named', async () => {
  const bodies = [];
  const link = new PersistedQueryLink({ sha256 }).concat(
    new HttpLink({
      uri: url,
      headers,
      fetch: (address, options) => {
        bodies.push(JSON.parse(options.body));
        return fetch(address, options);
      },
    }),
  );
  const query = gql`query Names { small { name } }`;
  for (let times = 0; times < 2; times++) {
    const { data } = await client(link).query({ query });
    assert.equal(data.small.name, '獬豸');
  }
  assert.deepEqual(bodies.map((body) => 'query' in body), [false, true, false]);
});
