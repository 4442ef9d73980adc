"use strict";
/* GraphiQL speaks English only: its labels in Chinese, put in place of the English ones when the page is Chinese.
   Names of the schema, documents and answers are left alone. */
const Words = {
  zh: {
    "Variables": "变量", "Headers": "请求头", "Docs": "接口说明", "History": "历史", "Clear": "清除", "Clearing": "正在清除",
    "Show Documentation Explorer": "显示接口说明", "Hide Documentation Explorer": "隐藏接口说明", "Documentation Explorer": "接口说明",
    "Show History": "显示历史", "Hide History": "隐藏历史", "Open short keys dialog": "快捷键",
    "Select active operation": "选择操作", "Close Tab": "关闭标签页", "New tab": "新标签页", "Query Editor": "查询编辑区",
    "Editor Commands": "编辑命令", "Execute query (Ctrl-Enter)": "执行（Ctrl-Enter）", "Stop query (Ctrl-Enter)": "停止（Ctrl-Enter）",
    "Prettify query (Shift-Ctrl-P)": "整理格式（Shift-Ctrl-P）", "Merge fragments into query (Shift-Ctrl-M)": "并入片段（Shift-Ctrl-M）",
    "Copy query (Shift-Ctrl-C)": "复制（Shift-Ctrl-C）", "Hide editor tools": "收起变量区", "Show editor tools": "展开变量区",
    "Result Window": "结果", "Set active": "打开", "Edit label": "改名", "Add favorite": "收藏", "Remove favorite": "取消收藏",
    "Delete from history": "从历史中删除", "Type a label": "名称", "Failed to clear": "清除失败", "Cleared": "已清除",
    "A GraphQL schema provides a root type for each kind of operation.": "每类操作（查询、变更、订阅）各有一个根类型。",
    "Root Types": "根类型", "All Schema Types": "全部类型", "Fields": "字段", "Arguments": "参数", "Type": "类型",
    "Enum Values": "枚举值", "Implements": "实现", "Implementations": "实现者", "Possible Types": "可能的类型",
    "Directives": "指令", "Deprecated": "已弃用", "Deprecated Fields": "已弃用字段", "Deprecated Arguments": "已弃用参数",
    "Deprecated Enum Values": "已弃用枚举值", "Show Deprecated Fields": "显示已弃用字段", "Show Deprecated Arguments": "显示已弃用参数",
    "Show Deprecated Values": "显示已弃用枚举值", "No results found": "没有找到", "Other results": "其他结果",
    "Short Keys": "快捷键", "Close dialog": "关闭", "Short Key": "按键", "Function": "作用", "Search in editor": "在编辑区中查找",
    "Search in documentation": "在接口说明中查找", "Execute query": "执行", "Prettify editors": "整理格式",
    "Merge fragments definitions into operation definition": "把片段并入操作", "Copy query": "复制",
    "Re-fetch schema using introspection": "重新读取接口定义", "The editors use": "编辑器采用", "CodeMirror Key Maps": "CodeMirror 键位",
    "that add more short keys. This instance of Graph": "，另有更多快捷键；本页 Graph", "QL uses": "QL 采用",
  },

  /* "Search Query..." and "Go back to Query" hold a name. */
  phrases: [
    [/^Search (.+)\.\.\.$/, (name) => `查找 ${Words.zh[name] || name}…`],
    [/^Go back to (.+)$/, (name) => `返回 ${Words.zh[name] || name}`],
  ],
  english: new Map(),
  observer: null,

  /* The wording of `text` in `lang`, or undefined when it is no label of GraphiQL's. */
  in(lang, text) {
    if (lang === "en") return this.english.get(text);
    let found = this.zh[text];
    for (const [pattern, chinese] of this.phrases) {
      const match = found === undefined && text.match(pattern);
      if (match) found = chinese(match[1]);
    }
    if (found !== undefined) this.english.set(found, text);
    return found;
  },

  mine(element) { return !element || element.closest(".CodeMirror, .bar, .gate, .told, a, script, style, .graphiql-tab-button"); },

  text(node) {
    if (this.mine(node.parentElement)) return;
    const found = this.in(Language.now(), node.nodeValue.trim());
    if (found !== undefined) node.nodeValue = node.nodeValue.replace(node.nodeValue.trim(), found);
  },

  attributes(element) {
    if (this.mine(element)) return;
    for (const name of ["aria-label", "placeholder"]) {
      const found = element.hasAttribute(name) ? this.in(Language.now(), element.getAttribute(name)) : undefined;
      if (found !== undefined) element.setAttribute(name, found);
    }
  },

  under(root) {
    if (root.nodeType === Node.TEXT_NODE) { this.text(root); return; }
    if (root.nodeType !== Node.ELEMENT_NODE) return;
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walk.currentNode; node; node = walk.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) this.text(node); else this.attributes(node);
    }
  },

  start() {
    this.observer = new MutationObserver((changes) => {
      for (const change of changes) {
        if (change.type === "attributes") this.attributes(change.target);
        else if (change.type === "characterData") this.text(change.target);
        else change.addedNodes.forEach((node) => this.under(node));
      }
    });
    this.observer.observe(document.body, {
      subtree: true, childList: true, characterData: true, attributeFilter: ["aria-label", "placeholder"],
    });
    document.addEventListener("language", () => this.under(document.body));
  },
};
