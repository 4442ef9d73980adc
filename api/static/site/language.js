"use strict";
/* One page, two languages: the choice is kept for this site, and never sent anywhere. */
const Language = {
  key: "xiezhi.language",
  now() { return document.documentElement.dataset.lang; },
  show(lang) {
    document.documentElement.dataset.lang = lang;
    document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
    const button = document.getElementById("lang");
    if (button) button.textContent = lang === "zh" ? "English" : "中文";
    const title = document.querySelector("title");
    if (title && title.dataset[lang]) document.title = title.dataset[lang];
    document.dispatchEvent(new CustomEvent("language", { detail: lang }));
  },
  start() {
    const asked = new URLSearchParams(location.search).get("lang");
    let kept = null;
    try { kept = localStorage.getItem(this.key); } catch { /* private mode */ }
    this.show(["zh", "en"].includes(asked) ? asked : kept || this.now());
    const button = document.getElementById("lang");
    if (button) button.addEventListener("click", () => {
      const lang = this.now() === "zh" ? "en" : "zh";
      try { localStorage.setItem(this.key, lang); } catch { /* private mode */ }
      this.show(lang);
    });
  },
};
Language.start();
