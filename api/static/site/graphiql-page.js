"use strict";
/* The query desk. Documents and variables may hold identifiers: they are kept in this tab's sessionStorage only. */
(async () => {
  const config = JSON.parse(document.getElementById("config").textContent);
  const { createElement: h, useState, useEffect } = React;
  const texts = {
    zh: {
      choose: "示例…", signIn: "登录", signOut: "退出", first: "请先登录",
      why: "本节点只回答本院人员的查询。", at: "在这里登录：",
      failed: "登录没有完成，请再试一次。", noProvider: "身份认证服务没有应答。",
      sent: (place, url) => ["本查询含加密字段，网关不予接收。浏览器已将", "同一份查询", `直接发往您本院的节点：${place}（`, url, "）。以上是该节点的回答。"],
      need: "本查询含加密字段，须在您本院的节点查询。请以法院人员身份登录。",
      unreachable: (place) => `您本院的节点没有应答：${place}。`,
    },
    en: {
      choose: "Examples …", signIn: "Sign in", signOut: "Sign out", first: "Sign in first",
      why: "This node answers its own court's officers only.", at: "Sign in here:",
      failed: "The sign-in did not complete. Try again.", noProvider: "The identity provider does not answer.",
      sent: (place, url) => ["This document selects encrypted fields, which the gateway does not take. Your browser sent ",
        "the same document", ` straight to your own court's node: ${place} (`, url, "). The answer above is that node's."],
      need: "This document selects encrypted fields: only your own court's node answers it. Sign in as an officer of a court.",
      unreachable: (place) => `Your own court's node does not answer: ${place}.`,
    },
  };
  const lang = () => Language.now();
  const say = () => texts[lang()];
  const $ = (id) => document.getElementById(id);
  let person = null;
  let trouble = null;
  try { await SignIn.finish(); } catch (error) { trouble = error; }
  person = SignIn.person();

  function leave(issuer) {
    SignIn.start(issuer, config.clientId, "/graphiql" + location.search).catch(() => { showGate(say().noProvider); });
  }

  function showGate(message) {
    const gate = $("gate");
    gate.replaceChildren();
    const box = document.createElement("div");
    const add = (tag, text, parent = box) => {
      const element = document.createElement(tag);
      element.textContent = text;
      parent.append(element);
      return element;
    };
    add("h1", message ? message : say().first);
    add("p", config.program === "node" ? `${say().why}${lang() === "zh" ? "" : " "}${say().at}` : say().at);
    const list = add("ul", "");
    list.className = "choices";
    for (const choice of config.issuers) {
      const button = add("button", choice.name[lang()], add("li", "", list));
      button.type = "button";
      button.addEventListener("click", () => leave(choice.issuer));
    }
    box.append(list);
    gate.append(box);
    gate.hidden = false;
    $("desk").hidden = true;
  }

  function paintBar() {
    $("whose").textContent = config.name[lang()];
    const examples = $("examples");
    const asked = new URLSearchParams(location.search).get("example");
    examples.replaceChildren(new Option(say().choose, ""),
      ...config.examples.map((example) => new Option(example.title[lang()], example.name, false, example.name === asked)));
    examples.setAttribute("aria-label", say().choose);
    $("sign").hidden = false;
    $("sign").textContent = person ? say().signOut : say().signIn;
    $("person").replaceChildren();
    if (person) {
      const name = document.createElement("b");
      name.textContent = person.name;
      const id = document.createElement("small");
      id.textContent = "  " + person.sub;
      $("person").append(name, id);
    }
  }

  $("examples").addEventListener("change", (event) => {
    if (event.target.value) location.assign("/graphiql?example=" + encodeURIComponent(event.target.value));
  });
  $("sign").addEventListener("click", () => {
    if (person) { SignIn.end(); location.reload(); return; }
    if (config.issuers.length === 1) leave(config.issuers[0].issuer); else showGate();
  });

  /* ---- talking to the doors ---- */
  async function post(base, request) {
    const headers = {
      "content-type": "application/json", accept: "application/graphql-response+json, application/json",
      "accept-language": lang(),
    };
    if (person) headers.authorization = "Bearer " + person.token;
    const answer = await fetch(base + "/graphql", { method: "POST", headers, body: JSON.stringify(request) });
    return answer.json();
  }

  function ownCourt(result) {
    const errors = (result && result.errors) || [];
    const error = errors.find((one) => one.extensions && one.extensions.code === "ASK_OWN_COURT");
    return error ? error.extensions : null;
  }

  function place(url) {
    const court = config.courts.find((one) => one.url.replace(/\/$/, "") === url.replace(/\/$/, ""));
    return court ? court.name[lang()] : new URL(url).host;
  }

  function subscribes(request, ast) {
    const operations = (ast ? ast.definitions : []).filter((one) => one.kind === "OperationDefinition");
    const wanted = operations.find((one) => one.name && one.name.value === request.operationName) || operations[0];
    return wanted && wanted.operation === "subscription";
  }

  const socketUrl = (base) => base.replace(/^http/, "ws") + "/graphql";

  async function* stream(request, tell) {
    const token = person && person.token;
    let base = location.origin;
    for (let turn = 0; turn < 2; turn += 1) {
      let moved = null;
      for await (const result of Socket.open(socketUrl(base), request, token, lang())) {
        moved = turn === 0 ? ownCourt(result) : null;
        if (moved && moved.url) break;
        if (moved) tell({ warn: true, text: () => say().need });
        yield result;
      }
      if (!moved || !moved.url) return;
      base = moved.url.replace(/\/$/, "");
      tell({ url: base });
    }
  }

  const fetcher = (tell) => async (request, options) => {
    tell(null);
    if (subscribes(request, options && options.documentAST)) return stream(request, tell);
    const first = await post("", request);
    const own = ownCourt(first);
    if (!own) return first;
    if (!own.url) { tell({ warn: true, text: () => say().need }); return first; }
    const base = own.url.replace(/\/$/, "");
    try {
      const second = await post(base, request);
      tell({ url: base });
      return second;
    } catch {
      tell({ warn: true, text: () => say().unreachable(place(base)) });
      return first;
    }
  };

  /* ---- GraphiQL ---- */
  const kept = {
    getItem: (key) => sessionStorage.getItem("graphiql:" + key),
    setItem: (key, value) => sessionStorage.setItem("graphiql:" + key, value),
    removeItem: (key) => sessionStorage.removeItem("graphiql:" + key),
    clear: () => sessionStorage.clear(),
    get length() { return sessionStorage.length; },
  };

  function tabs() {
    const asked = new URLSearchParams(location.search).get("example");
    const all = config.examples.map(({ name, query, variables }) => ({ name, query, variables: variables.trim() }));
    const wanted = all.find((one) => one.name === asked);
    const ordered = wanted ? [wanted, ...all.filter((one) => one !== wanted)] : all;
    const defaults = ordered.map(({ query, variables }) => ({ query, variables }));
    const opened = wanted || (kept.getItem("tabState") ? null : ordered[0]);
    return { opened, defaults: defaults.length ? defaults : undefined };
  }

  async function schemaText() {
    const supergraph = config.supergraph && person && person.issuer && config.courts.length && !person.sub.startsWith("g-");
    const answer = await fetch(supergraph ? "/supergraph.graphql" : "/schema.graphql");
    return answer.text();
  }

  function Told({ told }) {
    const [, repaint] = useState(0);
    useEffect(() => {
      const again = () => repaint((count) => count + 1);
      document.addEventListener("language", again);
      return () => document.removeEventListener("language", again);
    }, []);
    if (!told) return null;
    if (told.warn) return h("div", { className: "told warn", role: "status" }, told.text());
    const [before, same, middle, url, after] = say().sent(place(told.url), told.url);
    return h("div", { className: "told", role: "status" }, before, h("b", null, same), middle, h("code", null, url), after);
  }

  function Desk({ schema }) {
    const [told, tell] = useState(null);
    const [ask] = useState(() => fetcher(tell));
    const [{ opened, defaults }] = useState(tabs);
    const first = opened ? { query: opened.query, variables: opened.variables } : {};
    return h(GraphiQL, {
      fetcher: ask, schema, storage: kept, defaultTabs: defaults, ...first, shouldPersistHeaders: false,
      isHeadersEditorEnabled: false, showPersistHeadersSettings: false, forcedTheme: "light",
      defaultEditorToolsVisibility: "variables",
    }, h(GraphiQL.Logo, null, " "), h(GraphiQL.Footer, null, h(Told, { told })));
  }

  document.addEventListener("language", () => { paintBar(); if (!$("gate").hidden) showGate(); });
  paintBar();
  if (trouble) { showGate(say().failed); return; }
  if (config.program === "node" && !person) { showGate(); return; }
  const schema = GraphiQL.GraphQL.buildSchema(await schemaText(), { assumeValid: true });
  ReactDOM.createRoot($("desk")).render(h(Desk, { schema }));
})();
