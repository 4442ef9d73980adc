// Every JavaScript client behind two words: `query` gives data and the code of the first error; `subscribe` iterates data.
import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { createClient as sseClient } from 'graphql-sse';
import { createClient as wsClient } from 'graphql-ws';
import { createHash } from 'node:crypto';
import { toAsyncIterable } from 'wonka';
import WebSocket from 'ws';
import { headersOf } from './doors.mjs';

const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const codeOf = (errors) => errors?.[0]?.extensions?.code;

const socket = (door) =>
  wsClient({
    url: door.url.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: headersOf(door),
    retryAttempts: 0,
  });

// What an observable tells, as an iterator that unsubscribes when it is left.
async function* iterated(observable) {
  const heard = [];
  let wake = () => {};
  const subscription = observable.subscribe({
    next: (result) => (heard.push({ result }), wake()),
    error: (error) => (heard.push({ error }), wake()),
    complete: () => (heard.push({ done: true }), wake()),
  });
  try {
    for (;;) {
      while (!heard.length) await new Promise((resolve) => (wake = resolve));
      const { result, error, done } = heard.shift();
      if (error) throw error;
      if (done) return;
      yield result.data;
    }
  } finally {
    subscription.unsubscribe();
  }
}

// Closes the client when the iteration ends, however it ends.
async function* closing(client, results) {
  try {
    for await (const { data } of results) yield data;
  } finally {
    await client.dispose();
  }
}

function apollo(link) {
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  return async (query, variables) => {
    const { data, error } = await client.query({ query: gql(query), variables, errorPolicy: 'all' });
    return { data, code: CombinedGraphQLErrors.is(error) ? codeOf(error.errors) : error };
  };
}

const apolloHttp = (door) => new HttpLink({ uri: door.url, headers: headersOf(door) });
const urql = (door) =>
  new Client({
    url: door.url,
    fetchOptions: { headers: headersOf(door) },
    preferGetMethod: false,
    fetchSubscriptions: true,
    exchanges: [fetchExchange],
  });

export const CLIENTS = {
  'Apollo Client': {
    query: (door, ...asked) => apollo(apolloHttp(door))(...asked),
    subscribe(door, query, variables) {
      const client = new ApolloClient({ link: new GraphQLWsLink(socket(door)), cache: new InMemoryCache() });
      return iterated(client.subscribe({ query: gql(query), variables, fetchPolicy: 'no-cache' }));
    },
  },
  'Apollo Client with persisted queries': {
    query: (door, ...asked) => apollo(new PersistedQueryLink({ sha256 }).concat(apolloHttp(door)))(...asked),
  },
  urql: {
    leaves: false, // it cancels an event stream that it has aborted, and lets go of the rejection
    async query(door, query, variables) {
      const { data, error } = await urql(door).query(query, variables);
      return { data, code: error?.networkError ?? codeOf(error?.graphQLErrors) };
    },
    async *subscribe(door, query, variables) {
      for await (const { data } of toAsyncIterable(urql(door).subscription(query, variables))) yield data;
    },
  },
  'urql over graphql-ws': {
    async *subscribe(door, query, variables) {
      const line = socket(door);
      const forwardSubscription = (request) => ({
        subscribe: (sink) => ({ unsubscribe: line.subscribe({ ...request, query: request.query ?? '' }, sink) }),
      });
      const client = new Client({ url: door.url, exchanges: [subscriptionExchange({ forwardSubscription })] });
      yield* closing(line, toAsyncIterable(client.subscription(query, variables)));
    },
  },
  'graphql-ws': {
    async query(door, query, variables) {
      const client = socket(door);
      try {
        for await (const { data, errors } of client.iterate({ query, variables })) return { data, code: codeOf(errors) };
      } catch (errors) {
        return { code: Array.isArray(errors) ? codeOf(errors) : errors };
      } finally {
        await client.dispose();
      }
    },
    subscribe(door, query, variables) {
      const client = socket(door);
      return closing(client, client.iterate({ query, variables }));
    },
  },
  'graphql-sse': {
    async query(door, query, variables) {
      const client = sseClient({ url: door.url, headers: headersOf(door), retryAttempts: 0 });
      for await (const { data, errors } of client.iterate({ query, variables })) return { data, code: codeOf(errors) };
    },
    subscribe(door, query, variables) {
      const client = sseClient({ url: door.url, headers: headersOf(door), retryAttempts: 0 });
      return closing(client, client.iterate({ query, variables }));
    },
  },
};
