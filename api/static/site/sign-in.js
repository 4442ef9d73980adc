"use strict";
/* OpenID Connect in the page: authorization code with PKCE (S256), state and nonce. The token stays in this tab's
   sessionStorage, and goes to no address but the GraphQL doors. */
const SignIn = {
  held: "xiezhi.token",
  pending: "xiezhi.pending",

  random() { return this.base64url(crypto.getRandomValues(new Uint8Array(32))); },

  base64url(bytes) {
    return btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  },

  claims(jwt) {
    const text = atob(jwt.split(".")[1].replace(/-/g, "+").replace(/_/g, "/"));
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(text, (letter) => letter.charCodeAt(0))));
  },

  async discover(issuer) {
    const answer = await fetch(issuer + "/.well-known/openid-configuration");
    if (!answer.ok) throw new Error("provider");
    const found = await answer.json();
    if (found.issuer !== issuer) throw new Error("provider");
    return found;
  },

  /* Leave for the issuer's sign-in page; come back to `returnTo` on this site. */
  async start(issuer, clientId, returnTo) {
    const provider = await this.discover(issuer);
    const pending = { issuer, clientId, returnTo, state: this.random(), nonce: this.random(), verifier: this.random() };
    pending.redirectUri = location.origin + "/graphiql";
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(pending.verifier));
    sessionStorage.setItem(this.pending, JSON.stringify(pending));
    const query = new URLSearchParams({
      response_type: "code", client_id: clientId, redirect_uri: pending.redirectUri, scope: "openid profile",
      state: pending.state, nonce: pending.nonce, code_challenge: this.base64url(digest), code_challenge_method: "S256",
      ui_locales: document.documentElement.lang,
    });
    location.assign(provider.authorization_endpoint + "?" + query);
  },

  /* Finish a sign-in if this address is the answer to one. Gives whether it was. */
  async finish() {
    const query = new URLSearchParams(location.search);
    if (!query.has("state") || !(query.has("code") || query.has("error"))) return false;
    const pending = JSON.parse(sessionStorage.getItem(this.pending) || "{}");
    sessionStorage.removeItem(this.pending);
    history.replaceState(null, "", pending.returnTo || "/graphiql");
    if (query.get("error") === "access_denied") return true;
    if (query.get("state") !== pending.state || query.get("iss") !== pending.issuer) throw new Error("state");
    const provider = await this.discover(pending.issuer);
    const body = new URLSearchParams({
      grant_type: "authorization_code", code: query.get("code"), redirect_uri: pending.redirectUri,
      client_id: pending.clientId, code_verifier: pending.verifier,
    });
    const answer = await fetch(provider.token_endpoint, { method: "POST", body });
    if (!answer.ok) throw new Error("code");
    const tokens = await answer.json();
    const who = this.claims(tokens.id_token);
    if (who.nonce !== pending.nonce || who.iss !== pending.issuer || who.aud !== pending.clientId) throw new Error("nonce");
    sessionStorage.setItem(this.held, JSON.stringify({
      token: tokens.access_token, until: Date.now() + tokens.expires_in * 1000, issuer: who.iss,
      sub: who.sub, name: who.name || who.sub, roles: who.roles || [],
    }));
    return true;
  },

  /* Who is signed in, or null. */
  person() {
    const person = JSON.parse(sessionStorage.getItem(this.held) || "null");
    if (person && person.until > Date.now()) return person;
    sessionStorage.removeItem(this.held);
    return null;
  },

  end() { sessionStorage.removeItem(this.held); },
};
