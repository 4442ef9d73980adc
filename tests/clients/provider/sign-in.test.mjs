// Officers of one court sign in at oidc-provider: its node and the gateway take what it signs, each its own.
import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SignJWT } from 'jose';
import { begin, finish } from '../../../docs/examples/frontend/sign-in.mjs';
import { zone } from '../zone/doors.mjs';
import { Browser, GATEWAY, issuer, minted, newKey, NODE, RETURN, Served } from './oidc.mjs';

const PAUSE_MS = 10_200; // so long after it has asked a provider a door asks it again
const provider = new Served();
const [first, second, stranger] = await Promise.all(['first', 'second', 'stranger'].map(newKey));

async function shown(token, { url } = NODE) {
  const query = '{ zone { courtCount } }';
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = await response.json();
  return data ? `${response.status} ${data.zone.courtCount}` : `${response.status} ${errors[0].extensions.code}`;
}

async function signedIn(door, browser = new Browser(), more = '') {
  const { address, pending } = await begin(issuer, 'xiezhi-page', RETURN, door);
  return finish(pending, await browser.follow(address + more));
}

before(() => provider.start(first));
after(() => provider.stop());

test('before the provider answers, nobody signs in, and the door says that it is the provider', async () => {
  await provider.stop();
  assert.equal(await shown(await minted(first)), '503 SIGN_IN_UNAVAILABLE');
  await provider.start(first);
  await sleep(PAUSE_MS);
  assert.equal(await shown(await minted(first)), '200 8');
});

test('an officer signs in for the node and for the gateway: each takes its own token', async () => {
  const node = await signedIn(NODE.door);
  const gateway = await signedIn(GATEWAY.door);
  assert.equal(await shown(node.token, NODE), '200 8');
  assert.equal(await shown(gateway.token, GATEWAY), '200 8');
  assert.equal(await shown(node.token, GATEWAY), '401 TOKEN_REJECTED');
  assert.equal(await shown(gateway.token, NODE), '401 TOKEN_REJECTED');
  assert.equal(await shown(node.token, { url: `${zone.node}/graphql` }), '401 TOKEN_REJECTED');
});

test('who has signed in for the gateway gets the token for the node without being asked', async () => {
  const browser = new Browser();
  await assert.rejects(signedIn(NODE.door, browser, '&prompt=none'), /login_required/);
  await signedIn(GATEWAY.door, browser);
  const { token } = await signedIn(NODE.door, browser, '&prompt=none');
  assert.equal(await shown(token), '200 8');
});

test('the provider gives no token for a door that it does not know', async () => {
  await assert.rejects(signedIn('http://127.0.0.1:9'), /invalid_target/);
});

test('the provider refuses a code with another verifier, and the page an answer with another state', async () => {
  const { address, pending } = await begin(issuer, 'xiezhi-page', RETURN, NODE.door);
  const answer = await new Browser().follow(address);
  await assert.rejects(finish({ ...pending, state: 'x'.repeat(43) }, answer), /not our answer/);
  await assert.rejects(finish({ ...pending, verifier: 'x'.repeat(43) }, answer), /refused/);
});

test('who is no officer of the court is refused, however well the provider knows them', async () => {
  provider.officer = 'o-330824-07';
  const { token } = await signedIn(NODE.door);
  provider.officer = 'o-361130-07';
  assert.equal(await shown(token), '401 TOKEN_REJECTED');
});

const now = () => Math.floor(Date.now() / 1000);
const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const asSecret = (key) => createSecretKey(Buffer.from(JSON.stringify({ kty: 'RSA', n: key.n, e: key.e })));
const OUTCOMES = {
  'expired for 50 seconds': [() => minted(first, { exp: now() - 50 }), '200 8'],
  'expired for 70 seconds': [() => minted(first, { exp: now() - 70 }), '401 TOKEN_EXPIRED'],
  'issued in 50 seconds': [() => minted(first, { iat: now() + 50 }), '200 8'],
  'issued in 70 seconds': [() => minted(first, { iat: now() + 70 }), '401 TOKEN_REJECTED'],
  'not before 70 seconds': [() => minted(first, { nbf: now() + 70 }), '401 TOKEN_REJECTED'],
  'for the node among others': [() => minted(first, { aud: ['account', NODE.door] }), '200 8'],
  'for the node and the gateway': [() => minted(first, { aud: [GATEWAY.door, NODE.door] }), '401 TOKEN_REJECTED'],
  'for another audience': [() => minted(first, { aud: 'xiezhi' }), '401 TOKEN_REJECTED'],
  'for the page': [() => minted(first, { aud: 'xiezhi-page' }), '401 TOKEN_REJECTED'],
  'of another issuer': [() => minted(first, { iss: zone.issuer }), '401 TOKEN_REJECTED'],
  'of the same issuer with a slash': [() => minted(first, { iss: `${issuer}/` }), '401 TOKEN_REJECTED'],
  'by a key that is not its own': [() => minted({ ...stranger, kid: 'first' }), '401 TOKEN_REJECTED'],
  'by no key': [async () => `${encoded({ alg: 'none', kid: 'first' })}.${(await minted(first)).split('.')[1]}.`, '401 TOKEN_REJECTED'],
  'by its public key as a secret': [
    () =>
      new SignJWT({ iss: issuer, aud: NODE.door, sub: 'o-361130-07', iat: now(), exp: now() + 300 })
        .setProtectedHeader({ alg: 'HS256', kid: 'first' })
        .sign(asSecret(first)),
    '401 TOKEN_REJECTED',
  ],
  'with a key of its own in the header': [
    () => minted(stranger, {}, { kid: 'first', jwk: { kty: 'RSA', n: stranger.n, e: stranger.e } }),
    '401 TOKEN_REJECTED',
  ],
  'as PS256, by a key for RS256': [() => minted({ ...first, alg: 'PS256' }, {}, { alg: 'PS256' }), '401 TOKEN_REJECTED'],
};

for (const [what, [make, outcome]] of Object.entries(OUTCOMES)) {
  test(`a token ${what}: ${outcome}`, async () => assert.equal(await shown(await make()), outcome));
}

test('a new key is fetched once, however many tokens name it at once', async () => {
  await sleep(PAUSE_MS);
  const before = provider.fetches();
  provider.replace(second, first);
  const tokens = await Promise.all(Array.from({ length: 8 }, () => signedIn(NODE.door)));
  const outcomes = await Promise.all(tokens.map(({ token }) => shown(token)));
  assert.deepEqual(new Set(outcomes), new Set(['200 8']));
  assert.equal(provider.fetches() - before, 1);
  assert.equal(await shown(await minted(first)), '200 8');
});

test('a flood of unknown key ids asks the provider once in ten seconds', async () => {
  await sleep(PAUSE_MS);
  const before = provider.fetches();
  const forged = await Promise.all(Array.from({ length: 40 }, (_, n) => minted({ ...stranger, kid: `unknown-${n}` })));
  const outcomes = await Promise.all(forged.map((token) => shown(token)));
  assert.deepEqual(new Set(outcomes), new Set(['401 TOKEN_REJECTED']));
  assert.equal(provider.fetches() - before, 1);
});

test('a key that the provider has withdrawn opens nothing once the keys were fetched again', async () => {
  await sleep(PAUSE_MS);
  provider.replace(second);
  await shown(await minted({ ...stranger, kid: 'unknown' }));
  assert.equal(await shown(await minted(first)), '401 TOKEN_REJECTED');
  assert.equal(await shown(await minted(second)), '200 8');
});

// While a provider misbehaves: an unknown key is refused in time, a known one opens as before, and nothing is forgotten.
const STRANGE = {
  hangs: () => true,
  'redirects elsewhere': (_, response) => response.writeHead(302, { location: `${zone.issuer}/jwks` }).end(),
  'answers with an error': (_, response) => response.writeHead(500).end('{"keys": []}'),
  'serves 10 MB of keys': (request, response) => {
    if (!request.url.startsWith('/jwks')) return false;
    const { n, e, kid } = first;
    const key = JSON.stringify({ kty: 'RSA', n, e, kid });
    return response.writeHead(200, { 'content-type': 'application/json' }).end(`{"keys": [${Array(25_000).fill(key).join()}]}`);
  },
  'says that its keys are elsewhere': (request, response) => {
    if (!request.url.startsWith('/.well-known')) return false;
    return response.end(JSON.stringify({ issuer, jwks_uri: `${zone.issuer}/jwks` }));
  },
  'says that it is another': (request, response) => {
    if (!request.url.startsWith('/.well-known')) return false;
    return response.end(JSON.stringify({ issuer: zone.issuer, jwks_uri: `${issuer}/jwks` }));
  },
};

for (const [what, strange] of Object.entries(STRANGE)) {
  test(`a provider that ${what} does no harm`, async () => {
    await sleep(PAUSE_MS);
    provider.misbehave(strange);
    const began = Date.now();
    const unknown = minted({ ...stranger, kid: 'unknown' }).then((token) => shown(token));
    const known = await minted(second).then((token) => shown(token));
    const knownMs = Date.now() - began;
    assert.equal(await unknown, '401 TOKEN_REJECTED');
    provider.misbehave(undefined);
    assert.equal(known, '200 8');
    assert.ok(knownMs < 2000, `${knownMs} ms`);
    assert.ok(Date.now() - began < 5000);
  });
}

test('a provider that is down: who holds a token works on', async () => {
  await provider.stop();
  assert.equal(await shown(await minted(second)), '200 8');
  await sleep(PAUSE_MS);
  assert.equal(await shown(await minted({ ...stranger, kid: 'unknown' })), '401 TOKEN_REJECTED');
  await provider.start(second);
});
