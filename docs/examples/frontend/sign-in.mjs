// OpenID Connect, authorization code with PKCE: no secret in the page, no cookie. Runs in browsers and in Node.js.
const base64url = (octets) =>
  btoa(String.fromCharCode(...octets)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));
const bytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
const claims = (jwt) => JSON.parse(new TextDecoder().decode(bytes(jwt.split('.')[1])));

async function discover(issuer) {
  const provider = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
  if (provider.issuer !== issuer) throw new Error('another issuer');
  return provider;
}

// Keep `pending` in sessionStorage and send the browser to `address`. `door` is the node or the gateway that is to be
// called: the token opens that one only (RFC 8707).
export async function begin(issuer, clientId, redirectUri, door) {
  const provider = await discover(issuer);
  const pending = { issuer, clientId, redirectUri, door, state: random(), nonce: random(), verifier: random() };
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(pending.verifier));
  const query = new URLSearchParams({
    response_type: 'code',
    scope: 'openid profile',
    client_id: clientId,
    redirect_uri: redirectUri,
    resource: door,
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: base64url(new Uint8Array(digest)),
    code_challenge_method: 'S256',
  });
  return { address: `${provider.authorization_endpoint}?${query}`, pending };
}

// When the browser is back: `answer` is new URLSearchParams(location.search).
export async function finish(pending, answer) {
  if (answer.get('state') !== pending.state || answer.get('iss') !== pending.issuer) throw new Error('not our answer');
  if (answer.has('error')) throw new Error(answer.get('error'));
  const provider = await discover(pending.issuer);
  const response = await fetch(provider.token_endpoint, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: answer.get('code'),
      redirect_uri: pending.redirectUri,
      resource: pending.door,
      client_id: pending.clientId,
      code_verifier: pending.verifier,
    }),
  });
  if (!response.ok) throw new Error('the code was refused');
  const tokens = await response.json();
  const who = claims(tokens.id_token);
  const isOurs = who.nonce === pending.nonce && who.iss === pending.issuer && who.aud === pending.clientId;
  if (!isOurs) throw new Error('not our token');
  return { token: tokens.access_token, until: Date.now() + tokens.expires_in * 1000, name: who.name, roles: who.roles };
}
