// Follows a task over graphql-ws and comes back behind the last change it heard. graphql-ws' own retries would send the
// first `after` again, so they are off.
import { createClient } from 'graphql-ws';

const CHANGES = `subscription Changes($id: UUID!, $after: String) {
  delegatedTaskChanged(taskId: $id, after: $after) {
    ... on DelegatedTask { id status version holder cursor }
    ... on Problem { code message }
  }
}`;
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// A close that says: connect again (a lost line, a restart, too many connections). Errors of a document come as a list.
const comesBack = (closed) => !Array.isArray(closed) && !(closed?.code >= 4400 && closed.code < 4500);

export async function* taskChanges(node, token, id, { webSocketImpl, pauseMs = 1000 } = {}) {
  for (let after = null, failures = 0; ; failures++) {
    const client = createClient({
      url: `${node.replace(/^http/, 'ws')}/graphql`,
      connectionParams: async () => ({ authorization: `Bearer ${await token()}`, language: 'zh' }),
      retryAttempts: 0,
      webSocketImpl,
    });
    try {
      for await (const { data } of client.iterate({ query: CHANGES, variables: { id, after } })) {
        const change = data.delegatedTaskChanged;
        if (change.code === 'INVALID_CURSOR') after = null; // the database is an earlier one: read the task afresh
        else yield change;
        if (change.code) break;
        after = change.cursor;
        failures = 0;
      }
      if (after !== null) return; // ended by the node
    } catch (closed) {
      if (!comesBack(closed)) throw closed; // 4403: sign in, then call again
    } finally {
      await client.dispose();
    }
    await wait(Math.min(pauseMs * 2 ** failures, 30_000) * (0.8 + 0.6 * Math.random()));
  }
}
