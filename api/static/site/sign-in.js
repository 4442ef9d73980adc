"use strict";
/* OpenID Connect in the page: authorization code with PKCE (S256), state and nonce; one token per door (RFC 8707).
   Invariant: tokens are in this page's memory only. Of a sign-in, sessionStorage holds what belongs to the one under way,
   and where this tab signed in last, so that a page that is loaded again can ask there without showing anything. */
const SignIn = {
  pending: "xiezhi.pending",
  place: "xiezhi.issuer",
  doors: new Map(), // from a door to { token, until }
  who: null,

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

  /* The address at which `issuer` is asked for a token for `door`, and what its answer is held against. */
  async request(issuer, clientId, door, page, more = {}) {
    const provider = await this.discover(issuer);
    const pending = { issuer, clientId, door, state: this.random(), nonce: this.random(), verifier: this.random() };
    pending.redirectUri = location.origin + page;
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(pending.verifier));
    const query = new URLSearchParams({
      response_type: "code", client_id: clientId, redirect_uri: pending.redirectUri, scope: "openid profile", resource: door,
      state: pending.state, nonce: pending.nonce, code_challenge: this.base64url(digest), code_challenge_method: "S256",
      ui_locales: document.documentElement.lang, ...more,
    });
    return { address: provider.authorization_endpoint + "?" + query, pending };
  },

  /* Take the token that the answer `query` stands for; with `sub`, only if it is that person's. */
  async redeem(pending, query, sub) {
    if (query.get("state") !== pending.state || query.get("iss") !== pending.issuer) throw new Error("state");
    if (query.has("error")) throw new Error(query.get("error"));
    const provider = await this.discover(pending.issuer);
    const body = new URLSearchParams({
      grant_type: "authorization_code", code: query.get("code"), redirect_uri: pending.redirectUri,
      client_id: pending.clientId, code_verifier: pending.verifier, resource: pending.door,
    });
    const answer = await fetch(provider.token_endpoint, { method: "POST", body });
    if (!answer.ok) throw new Error("code");
    const tokens = await answer.json();
    const who = this.claims(tokens.id_token);
    if (who.nonce !== pending.nonce || who.iss !== pending.issuer || who.aud !== pending.clientId) throw new Error("nonce");
    if (sub && who.sub !== sub) throw new Error("sub");
    this.doors.set(pending.door, { token: tokens.access_token, until: Date.now() + tokens.expires_in * 1000 });
    this.who = { issuer: who.iss, sub: who.sub, name: who.name || who.sub, roles: who.roles || [], proof: tokens.id_token };
    sessionStorage.setItem(this.place, who.iss);
  },

  /* Leave for the issuer's sign-in page; come back to `returnTo` on this site. */
  async start(issuer, clientId, door, returnTo) {
    const { address, pending } = await this.request(issuer, clientId, door, "/graphiql");
    sessionStorage.setItem(this.pending, JSON.stringify({ ...pending, returnTo }));
    location.assign(address);
  },

  /* Finish a sign-in if this address is the answer to one. Gives whether it was. */
  async finish() {
    const query = new URLSearchParams(location.search);
    if (!query.has("state") || !(query.has("code") || query.has("error"))) return false;
    const pending = JSON.parse(sessionStorage.getItem(this.pending) || "{}");
    sessionStorage.removeItem(this.pending);
    history.replaceState(null, "", pending.returnTo || "/graphiql");
    if (query.get("error") !== "access_denied") await this.redeem(pending, query);
    return true;
  },

  /* What the page /signed-in tells, which the provider sends the frame or window `source()` back to. */
  answer(source, patienceMs) {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error("silence")), patienceMs);
      addEventListener("message", function hear(event) {
        if (event.origin !== location.origin || event.source !== source()) return;
        removeEventListener("message", hear);
        clearTimeout(late);
        resolve(new URLSearchParams(event.data));
      });
    });
  },

  /* A token for `door` from the provider at which this browser is signed in already; shows nothing. */
  async silently(issuer, clientId, door, sub) {
    const { address, pending } = await this.request(issuer, clientId, door, "/signed-in", { prompt: "none" });
    const frame = document.createElement("iframe");
    frame.hidden = true;
    frame.src = address;
    try {
      const answered = this.answer(() => frame.contentWindow, 5000);
      document.body.append(frame);
      await this.redeem(pending, await answered, sub);
    } finally { frame.remove(); }
  },

  /* The same in a window of its own, where the provider may ask who it is; only after a click. */
  async openly(clientId, door) {
    const opened = open("about:blank", "xiezhi-sign-in", "popup,width=720,height=640");
    const { address, pending } = await this.request(this.who.issuer, clientId, door, "/signed-in");
    const answered = this.answer(() => opened, 120000);
    opened.location = address;
    await this.redeem(pending, await answered, this.who.sub);
  },

  /* Be signed in again as before this page was loaded, if the provider still knows this browser. */
  async resume(clientId, door) {
    const issuer = sessionStorage.getItem(this.place);
    if (!issuer) return;
    try { await this.silently(issuer, clientId, door); } catch { sessionStorage.removeItem(this.place); }
  },

  /* The token for a door, or null. */
  token(door) {
    const held = this.doors.get(door);
    return held && held.until > Date.now() ? held.token : null;
  },

  /* The same; if there is none, the provider is asked for it. */
  async tokenFor(door, clientId) {
    if (!this.token(door) && this.who) await this.silently(this.who.issuer, clientId, door, this.who.sub);
    return this.token(door);
  },

  /* Sign out: here, and at the provider if it can. */
  async end(clientId) {
    const { issuer, proof } = this.who;
    sessionStorage.removeItem(this.place);
    this.doors.clear();
    this.who = null;
    const provider = await this.discover(issuer).catch(() => ({}));
    const query = new URLSearchParams({
      id_token_hint: proof, client_id: clientId, post_logout_redirect_uri: location.origin + "/graphiql",
    });
    if (provider.end_session_endpoint) location.assign(provider.end_session_endpoint + "?" + query);
    else location.reload();
  },
};
