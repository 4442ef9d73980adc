// A real OpenID provider, oidc-provider from npm, for the officers of one court; and what may go wrong with one.
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { errors, Provider } from 'oidc-provider';
import { zone } from '../zone/doors.mjs';

export const { issuer } = zone.elsewhere;
export const NODE = { name: 'node', door: zone.elsewhere.node, url: `${zone.elsewhere.node}/graphql` };
export const GATEWAY = { name: 'gateway', door: zone.gateway, url: `${zone.gateway}/graphql` };
export const RETURN = `${zone.frontEnd}/`;

export async function newKey(kid) {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid, use: 'sig', alg: 'RS256' };
}

// What `officer()` signs in as is asked of nobody: the login page is left out, every other byte is oidc-provider's.
function made(keys, officer) {
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'xiezhi-page',
        token_endpoint_auth_method: 'none',
        redirect_uris: [RETURN],
      },
    ],
    clientBasedCORS: () => true,
    cookies: { keys: ['of a test'] },
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_, resource) => {
          if (![NODE.door, GATEWAY.door].includes(resource)) throw new errors.InvalidTarget();
          return { scope: '', audience: resource, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } } };
        },
      },
    },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, name: sub }) }),
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    jwks: { keys },
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.account.accountId });
      grant.addOIDCScope('openid profile');
      await grant.save();
      return grant;
    },
    ttl: { AccessToken: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
  });
  const answer = provider.callback();
  return async (request, response) => {
    if (!request.url.startsWith('/interaction/')) return answer(request, response);
    return provider.interactionFinished(request, response, { login: { accountId: officer() } });
  };
}

// The provider at its address. `replace` makes another of it with other keys, `misbehave` takes each request instead of it.
export class Served {
  officer = 'o-361130-07';
  asked = [];

  async start(...keys) {
    this.replace(...keys);
    this.server = createServer((request, response) => {
      this.asked.push(new URL(request.url, issuer).pathname);
      const strange = this.strange?.(request, response);
      if (!strange) this.answer(request, response);
    });
    await new Promise((ready) => this.server.listen(Number(new URL(issuer).port), '127.0.0.1', ready));
  }

  replace(...keys) {
    [this.key] = keys;
    this.keys = keys;
    this.answer = made(keys, () => this.officer);
  }

  misbehave(strange) {
    this.strange = strange;
  }

  fetches() {
    return this.asked.filter((path) => path === '/jwks').length;
  }

  stop() {
    this.server.closeAllConnections();
    return new Promise((done) => this.server.close(done));
  }
}

// A browser that follows redirects of the provider, with its cookies, until it is sent back to the page.
export class Browser {
  cookies = new Map();

  async follow(address) {
    for (let steps = 0; steps < 10; steps++) {
      const cookie = [...this.cookies].map((pair) => pair.join('=')).join('; ');
      const answer = await fetch(address, { redirect: 'manual', headers: { cookie } });
      for (const line of answer.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
        this.cookies.set(name, value);
      }
      const next = answer.headers.get('location');
      if (!next) throw new Error(`${answer.status} ${await answer.text()}`);
      address = new URL(next, address).href;
      if (address.startsWith(RETURN)) return new URL(address).searchParams;
    }
    throw new Error('sent round and round');
  }
}

// A token as the provider would sign it, but for `changes` of its claims and header.
export async function minted(key, changes = {}, header = {}) {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: issuer, aud: NODE.door, sub: 'o-361130-07', iat: now, exp: now + 300, ...changes };
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: key.kid, ...header }).sign(key);
}
