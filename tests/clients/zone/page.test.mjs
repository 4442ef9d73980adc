// The sign-in of our own pages (api/static/site/sign-in.js), as a browser without windows would run it.
import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import vm from 'node:vm';
import { ask, DOORS, zone } from './doors.mjs';

const [NODE, GATEWAY] = DOORS.map(({ url }) => url.replace('/graphql', ''));
const source = await readFile(new URL('../../../api/static/site/sign-in.js', import.meta.url), 'utf8');
const OFFICER = 'o-330824-01';
const parts = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));

// One tab of a browser at the gateway: `load` is a page in it; storage and the provider's cookie outlive pages.
class Tab {
  kept = new Map();
  cookie = '';
  gone = [];

  load(search = '') {
    const listeners = new Set();
    const browser = this;
    const context = {
      URLSearchParams, TextEncoder, TextDecoder, Uint8Array, Date, JSON, Promise, Map, Error, setTimeout, clearTimeout, btoa, atob,
      String, fetch, crypto: webcrypto,
      location: { origin: GATEWAY, search, assign: (address) => this.gone.push(address), reload: () => this.gone.push('reload') },
      history: { replaceState: (_, __, address) => this.gone.push(address) },
      sessionStorage: {
        getItem: (key) => this.kept.get(key) ?? null,
        setItem: (key, value) => this.kept.set(key, String(value)),
        removeItem: (key) => this.kept.delete(key),
      },
      addEventListener: (_, listener) => listeners.add(listener),
      removeEventListener: (_, listener) => listeners.delete(listener),
      document: {
        documentElement: { lang: 'en' },
        createElement: () => ({ contentWindow: {}, remove() {} }),
        body: { append: (frame) => browser.frame(frame, (event) => [...listeners].forEach((hear) => hear(event))) },
      },
    };
    vm.createContext(context);
    return vm.runInContext(`${source}; SignIn`, context);
  }

  // What the hidden frame does: it goes where it is sent and tells what /signed-in is told.
  async frame(frame, tell) {
    const answer = await fetch(frame.src, { redirect: 'manual', headers: { cookie: this.cookie } });
    const back = new URL(answer.headers.get('location'));
    assert.equal(back.pathname, '/signed-in');
    tell({ origin: 'http://evil.example', source: frame.contentWindow, data: '?code=x&state=x' });
    tell({ origin: GATEWAY, source: {}, data: '?code=x&state=x' });
    tell({ origin: GATEWAY, source: frame.contentWindow, data: this.spoilt ?? back.search });
  }

  async click(officer = OFFICER) {
    const body = new URLSearchParams({ officer });
    const answer = await fetch(this.gone.pop(), { method: 'POST', body, redirect: 'manual' });
    this.cookie = answer.headers.getSetCookie().map((line) => line.split(';')[0]).join('; ');
    return new URL(answer.headers.get('location')).search;
  }

  async signedIn(door = GATEWAY) {
    await this.load().start(zone.issuer, 'xiezhi-page', door, '/graphiql');
    const page = this.load(await this.click());
    assert.equal(await page.finish(), true);
    return page;
  }

  holdsTokens() {
    return [...this.kept.values()].some((value) => value.includes('eyJ'));
  }
}

test('a page signs in for its own door, and keeps the token in its memory only', async () => {
  const tab = new Tab();
  const page = await tab.signedIn();
  assert.equal(parts(page.token(GATEWAY)).aud, GATEWAY);
  assert.equal(page.token(NODE), null);
  assert.equal(page.who.sub, OFFICER);
  assert.deepEqual([...tab.kept], [['xiezhi.issuer', zone.issuer]]);
  assert.equal(tab.gone.at(-1), '/graphiql');
  assert.equal(tab.load().token(GATEWAY), null);
});

test('the token for the own node comes without a click, and opens that door alone', async () => {
  const tab = new Tab();
  const page = await tab.signedIn();
  const token = await page.tokenFor(NODE, 'xiezhi-page');
  assert.equal(await page.tokenFor(NODE, 'xiezhi-page'), token);
  const [node, gateway] = await Promise.all(DOORS.map((door) => ask({ ...door, token }, '{ zone { courtCount } }')));
  assert.equal(node.data.zone.courtCount, 8);
  assert.equal(gateway.errors[0].extensions.code, 'TOKEN_REJECTED');
  assert.equal(tab.holdsTokens(), false);
});

test('a page that is loaded again is signed in again, until the provider forgets the browser', async () => {
  const tab = new Tab();
  await tab.signedIn();
  const again = tab.load();
  await again.resume('xiezhi-page', GATEWAY);
  assert.equal(again.who.sub, OFFICER);
  assert.equal(parts(again.token(GATEWAY)).aud, GATEWAY);
  tab.cookie = '';
  const later = tab.load();
  await later.resume('xiezhi-page', GATEWAY);
  assert.equal(later.who, null);
  assert.equal(tab.kept.size, 0);
});

test('signing out ends the session at the provider too', async () => {
  const tab = new Tab();
  const page = await tab.signedIn();
  await page.end('xiezhi-page');
  assert.equal(page.token(GATEWAY), null);
  assert.equal(page.who, null);
  const answer = await fetch(tab.gone.pop(), { redirect: 'manual', headers: { cookie: tab.cookie } });
  assert.equal(answer.headers.get('location'), `${GATEWAY}/graphiql`);
  tab.kept.set('xiezhi.issuer', zone.issuer);
  const again = tab.load();
  await again.resume('xiezhi-page', GATEWAY);
  assert.equal(again.who, null);
});

test('an answer that was not asked for opens nothing', async () => {
  const tab = new Tab();
  await tab.load().start(zone.issuer, 'xiezhi-page', GATEWAY, '/graphiql');
  const search = await tab.click();
  const pending = tab.kept.get('xiezhi.pending');
  const spoilt = {
    state: search.replace(/state=[^&]+/, 'state=another-state'),
    iss: search.replace('330824', '330822'),
    code: search.replace(/code=[^&]+/, 'code=another'),
    error: '?error=server_error&' + search.slice(1).replace(/code=[^&]+&/, ''),
  };
  for (const [what, query] of Object.entries(spoilt)) {
    tab.kept.set('xiezhi.pending', pending);
    const page = tab.load(query);
    await assert.rejects(page.finish(), undefined, what);
    assert.equal(page.token(GATEWAY), null, what);
    assert.equal(tab.kept.has('xiezhi.pending'), false, what);
  }
  const unasked = tab.load(search);
  await assert.rejects(unasked.finish());
  assert.equal(unasked.token(GATEWAY), null);
});

test('an id token with another nonce is refused', async () => {
  const tab = new Tab();
  await tab.load().start(zone.issuer, 'xiezhi-page', GATEWAY, '/graphiql');
  const search = await tab.click();
  const pending = JSON.parse(tab.kept.get('xiezhi.pending'));
  tab.kept.set('xiezhi.pending', JSON.stringify({ ...pending, nonce: 'another-nonce' }));
  const page = tab.load(search);
  await assert.rejects(page.finish(), /nonce/);
  assert.equal(page.token(GATEWAY), null);
});

test('a frame that answers as somebody else, or with another state, gives no token', async () => {
  const tab = new Tab();
  const page = await tab.signedIn();
  await tab.load().start(zone.issuer, 'xiezhi-page', GATEWAY, '/graphiql');
  await tab.click('o-330824-02');
  await assert.rejects(page.tokenFor(NODE, 'xiezhi-page'), /sub/);
  tab.spoilt = '?code=x&state=another-state&iss=' + encodeURIComponent(zone.issuer);
  await assert.rejects(page.tokenFor(NODE, 'xiezhi-page'), /state/);
  assert.equal(page.token(NODE), null);
  assert.equal(page.who.sub, OFFICER);
});
