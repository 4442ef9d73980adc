"use strict";
(() => {
  const config = JSON.parse(document.getElementById("config").textContent);
  const state = document.getElementById("state");
  const say = (good, zh, en) => {
    state.className = "state " + (good ? "good" : "bad");
    state.querySelector("b").innerHTML = "";
    for (const [lang, text] of [["zh-CN", zh], ["en", en]]) {
      const span = document.createElement("span");
      span.lang = lang; span.textContent = text;
      state.querySelector("b").append(span);
    }
  };
  const names = {
    database: ["数据库", "database"], directory: ["目录", "directory"], key: ["密钥", "key"], keys: ["密钥", "keys"],
    clock: ["时钟", "clock"], disk: ["磁盘", "disk"], schedule: ["自检", "self-check"],
  };
  async function look() {
    try {
      const answer = await fetch("/readyz");
      const body = await answer.json();
      const wrong = Object.entries(body.checks).filter(([, result]) => result !== "ok").map(([name]) => name);
      const listed = [0, 1].map((lang) => wrong.map((name) => (names[name] || [name, name])[lang]).join(lang ? ", " : "、"));
      if (answer.ok && wrong.length === 0) say(true, "运行正常", "Ready");
      else if (answer.ok) say(true, "运行正常，请注意：" + listed[0], "Ready; look at: " + listed[1]);
      else say(false, "未就绪：" + listed[0], "Not ready: " + listed[1]);
    } catch { say(false, "没有应答", "No answer"); }
  }
  look();
  setInterval(look, 10000);
  for (const button of document.querySelectorAll("[data-issuer]")) {
    button.addEventListener("click", () => SignIn.start(button.dataset.issuer, config.clientId, config.door, "/graphiql")
      .catch(() => say(false, "身份认证服务没有应答", "The identity provider does not answer")));
  }
})();
