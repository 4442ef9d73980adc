"use strict";
/* The query desk. Documents and variables may hold identifiers: they are kept in this tab's sessionStorage only.
   Tokens are not kept at all. */
(async () => {
  const config = JSON.parse(document.getElementById("config").textContent);
  const { createElement: h, useState, useEffect } = React;
  const texts = {
    zh: {
      choose: "示例…", signIn: "登录", signOut: "退出", first: "请先登录",
      why: "本节点只回答本院人员的查询。", at: "在这里登录：",
      failed: "登录没有完成，请再试一次。", noProvider: "身份认证服务没有应答。",
      sent: (place, url) => ["本查询含加密字段，网关不予接收。浏览器已将", "同一份查询", `连同变量直接发往您本院的节点：${place}（`, url,
        "），变量未经过网关。以上是该节点的答复。"],
      need: "本查询含加密字段，须在您本院的节点查询。请以法院人员身份登录。",
      unreachable: (place) => `您本院的节点没有应答：${place}。`,
      strange: (place) => `网关的令牌不能用于您本院的节点：${place}。`, there: "在本院节点登录", again: "已登录，请再次执行。",
    },
    en: {
      choose: "Examples …", signIn: "Sign in", signOut: "Sign out", first: "Sign in first",
      why: "This node answers its own court's officers only.", at: "Sign in here:",
      failed: "The sign-in did not complete. Try again.", noProvider: "The identity provider does not answer.",
      sent: (place, url) => ["This document selects encrypted fields, which the gateway does not take. Your browser sent ",
        "the same document", ` with its variables straight to your own court's node: ${place} (`, url,
        "); the variables never went to the gateway. The answer above is that node's."],
      need: "This document selects encrypted fields: only your own court's node answers it. Sign in as an officer of a court.",
      unreachable: (place) => `Your own court's node does not answer: ${place}.`,
      strange: (place) => `What you are signed in with here does not open your own court's node: ${place}. `,
      there: "Sign in for it", again: "Signed in: run the document again.",
    },
  };
  const lang = () => Language.now();
  const say = () => texts[lang()];
  const $ = (id) => document.getElementById(id);
  const token = (door) => SignIn.tokenFor(door, config.clientId);
  let trouble = null;
  try {
    if (!await SignIn.finish()) await SignIn.resume(config.clientId, config.door);
  } catch (error) { trouble = error; }
  const person = SignIn.who;

  function leave(issuer) {
    SignIn.start(issuer, config.clientId, config.door, "/graphiql" + location.search).catch(() => { showGate(say().noProvider); });
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
    const asked = config.examples.find((one) => one.name === new URLSearchParams(location.search).get("example"));
    if (asked && asked.hint[lang()]) add("p", asked.hint[lang()] + (lang() === "zh" ? "。" : "."));
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
    if (person) { SignIn.end(config.clientId); return; }
    if (config.issuers.length === 1) leave(config.issuers[0].issuer); else showGate();
  });

  function place(url) {
    const court = config.courts.find((one) => new URL(one.url).origin === new URL(url).origin);
    return court ? court.name[lang()] : new URL(url).host;
  }

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
    const answer = await fetch(config.supergraph ? "/supergraph.graphql" : "/schema.graphql");
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
    if (told.strange) return h(Strange, { url: told.strange });
    if (!told.sent) {
      const text = told.need ? say().need : say().unreachable(place(told.silent));
      return h("div", { className: "told warn", role: "status" }, text);
    }
    const [before, same, middle, url, after] = say().sent(place(told.sent), told.sent);
    return h("div", { className: "told", role: "status" }, before, h("b", null, same), middle, h("code", null, url), after);
  }

  function Strange({ url }) {
    const [done, finish] = useState(false);
    const enter = () => SignIn.openly(config.clientId, url.replace(/\/graphql$/, "")).then(() => finish(true), () => {});
    return h("div", { className: "told warn", role: "status" },
      done ? say().again : [say().strange(place(url)), h("button", { key: "b", type: "button", className: "lang", onClick: enter }, say().there)]);
  }

  function Desk({ schema }) {
    const [told, tell] = useState(null);
    const [ask] = useState(() => new Doors({ program: config.program, schema, door: config.door, token, lang }).fetcher(tell));
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
  Words.start();
  const schema = GraphiQL.GraphQL.buildSchema(await schemaText(), { assumeValid: true });
  ReactDOM.createRoot($("desk")).render(h(Desk, { schema }));
})();
