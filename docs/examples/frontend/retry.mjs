// The same mutation again, when nobody knows whether the first one arrived. Safe because its input names either an
// `idempotencyKey` (chosen once, when the form is opened) or the `version` that was read.
const AGAIN = new Set(['INTERNAL', 'TOO_MANY_REQUESTS', 'RESYNCING', 'GATEWAY_UNREACHABLE', 'SIGN_IN_UNAVAILABLE']);
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const codeOf = ({ errors, data }) =>
  errors?.[0]?.extensions?.code ?? Object.values(data ?? {}).find((value) => value?.code)?.code;

// `send` gives { data, errors }, or throws when there was no answer.
export async function insist(send, { tries = 5, pauseMs = 500 } = {}) {
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await send();
      if (!AGAIN.has(codeOf(answer)) || attempt === tries) return answer;
    } catch (lost) {
      if (attempt === tries) throw lost;
    }
    await wait(pauseMs * 2 ** (attempt - 1) * (0.8 + 0.6 * Math.random()));
  }
}

// A change names the version that the officer saw. Somebody was faster? Then the officer looks and decides again.
export async function change(read, act, decideAgain) {
  let seen = await read();
  for (;;) {
    const answer = await insist(() => act(seen.version));
    if (codeOf(answer) !== 'STALE_VERSION') return answer;
    seen = await read();
    if (!(await decideAgain(seen))) return answer;
  }
}
