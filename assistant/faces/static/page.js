// The page's own behaviour: sending, stopping, opening evidence, copying, languages.
// What is shown comes from the server, escaped; nothing here turns text into markup.
"use strict";

const wenju = (() => {
  const patience = 4000;
  const find = (selector, from = document) => from.querySelector(selector);
  const scroller = () => find("#scroll");
  let say = () => {};
  let asked = null; // {key, text}: what was sent and not yet taken up by the server
  let busy = false;
  let heard = 0;
  let pinned = true;
  let opened = null;
  let opener = null;
  let conversation = named();
  let before = null; // the turn that the next question takes the place of

  // Which conversation this tab is in stands behind the # of its address.
  function named() {
    const found = /^#c=([\w-]{8,40})$/.exec(location.hash);
    return found ? found[1] : null;
  }

  function enter(id) {
    conversation = id;
    history.replaceState(null, "", id ? `#c=${id}` : location.pathname);
  }

  const fresh = () => [...crypto.getRandomValues(new Uint32Array(4))].map((n) => n.toString(36)).join("-");
  const tell = (name) => document.dispatchEvent(new CustomEvent(`wenju:${name}`));

  // Languages

  const root = document.documentElement;
  const language = () => root.dataset.lang;
  const tag = () => (language() === "zh" ? "zh-CN" : "en");

  // Gradio sets the page's `lang` by the browser; ours is what is shown.
  new MutationObserver(() => root.lang !== tag() && root.setAttribute("lang", tag())).observe(root, {
    attributeFilter: ["lang"],
  });

  function speak(lang) {
    root.dataset.lang = lang;
    root.lang = tag();
    for (const choice of document.querySelectorAll("[data-page-language]")) {
      choice.setAttribute("aria-pressed", String(choice.dataset.pageLanguage === lang));
    }
    const box = find("#question");
    if (box) box.placeholder = box.dataset[lang];
  }

  function choose(lang) {
    document.cookie = `wenju_language=${lang}; path=/; max-age=31536000; samesite=lax`;
    speak(lang);
  }

  // Parts of the page arrive one by one: what is not there yet comes with its first text.
  function show(place, key) {
    const text = find(`template[data-text="${key}"]`);
    if (place && text) place.replaceChildren(text.content.cloneNode(true));
  }

  // Asking

  function send(text) {
    const question = text.trim();
    if (!question || busy) return;
    if (!conversation) enter(fresh());
    asked = { key: fresh(), text };
    heard = Date.now();
    trouble(null);
    work(true);
    const answer = find('input[name="answer-language"]:checked');
    say("ask", {
      question, key: asked.key, conversation, page: language(), language: answer ? answer.value : "auto",
      instead_of: before, reports: wenju.chosen(),
    });
    edit(null);
  }

  // The next question takes the place of the turn with this key.
  function edit(key) {
    before = key;
    const chip = find(".editing");
    if (chip) chip.hidden = !key;
  }

  function work(now) {
    busy = now;
    find(".send").hidden = now;
    find(".stop").hidden = !now;
  }

  function trouble(key) {
    const place = find(".trouble");
    place.hidden = !key;
    if (key) show(place, key);
  }

  function stop() {
    say("stop", {});
    setTimeout(() => busy && work(false), 3000);
  }

  function clear() {
    say("clear", {});
    enter(null);
    leave();
    find("#question").focus();
  }

  // Another conversation than before is shown.
  function leave() {
    asked = null;
    edit(null);
    work(false);
    trouble(null);
    opened = null;
    show(find("#evidence"), "evidence_hint");
    close();
    tell("moved");
  }

  function visit(id) {
    enter(id);
    say("open", { conversation: id });
    pinned = true;
    leave();
  }

  function earlier(element, watch) {
    watch("value", () => {
      underline();
      if (pinned) scroller().scrollTop = scroller().scrollHeight;
    });
  }

  // The server took the question up, wrote on, or ended.
  function current(element, watch) {
    watch("value", () => {
      heard = Date.now();
      const turn = find("article", element);
      if (!turn) return;
      if (asked && turn.dataset.key === asked.key) taken();
      const state = turn.dataset.state;
      if (busy && state !== "working" && !asked) ended(state);
      underline();
      if (pinned) scroller().scrollTop = scroller().scrollHeight;
    });
  }

  let last = "";
  function taken() {
    const box = find("#question");
    last = asked.text;
    if (box.value === asked.text) box.value = "";
    fit(box);
    asked = null;
    pinned = true;
    tell("asked");
  }

  function ended(state) {
    const box = find("#question");
    work(false);
    tell("ended");
    if (state === "failed" && !box.value) {
      box.value = last;
      fit(box);
    }
  }

  // While nothing is heard, ask whether the server is there at all.
  async function watchman() {
    if (!busy || Date.now() - heard < patience) return;
    try {
      const reply = await fetch("/api/health", { cache: "no-store" });
      if (reply.ok) return;
    } catch {
      // fall through: unreachable
    }
    const box = find("#question");
    if (!box.value) box.value = asked ? asked.text : last;
    asked = null;
    work(false);
    trouble("unreachable");
  }

  function fit(box) {
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, window.innerHeight / 3)}px`;
  }

  function composer(element, trigger) {
    say = trigger;
    const box = find("#question", element);
    find("form", element).addEventListener("submit", (event) => {
      event.preventDefault();
      send(box.value);
    });
    box.addEventListener("input", () => fit(box));
    box.addEventListener("keydown", (event) => {
      const composing = event.isComposing || event.keyCode === 229;
      if (event.key !== "Enter" || event.shiftKey || composing) return;
      event.preventDefault();
      send(box.value);
    });
    speak(language());
    setInterval(watchman, 1000);
    box.focus({ preventScroll: true });
    if (conversation) visit(conversation);
    addEventListener("hashchange", () => named() !== conversation && (named() ? visit(named()) : clear()));
  }

  // HTML that the server wrote and escaped.
  function put(place, html) {
    place.innerHTML = html;
  }

  // Evidence

  const address = ({ report, start, end }) =>
    `/passages/${encodeURIComponent(report)}?start=${Number(start)}&end=${Number(end)}`;

  async function open(button) {
    opener = button;
    opened = address(button.dataset);
    const wanted = opened;
    const pane = find("#evidence");
    turnTo("evidence");
    underline();
    pane.setAttribute("aria-busy", "true");
    const slow = setTimeout(() => wanted === opened && show(pane, "evidence_loading"), 250);
    let words = null;
    let reason = "evidence_failed";
    try {
      const reply = await fetch(wanted);
      if (reply.ok) words = await reply.text();
      else if (reply.status === 404) reason = "evidence_gone";
    } catch {
      // shown below as a failure
    }
    clearTimeout(slow);
    if (wanted !== opened) return;
    pane.removeAttribute("aria-busy");
    if (words === null) show(pane, reason);
    else put(pane, words);
    const mark = find("mark", pane);
    const box = find(".words", pane);
    if (!mark) return;
    const above = mark.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop;
    box.scrollTop = Math.max(0, above - box.clientHeight / 4);
  }

  // The marks and cards that point to what is open.
  function underline() {
    for (const button of document.querySelectorAll("button[data-report]")) {
      const current = opened !== null && address(button.dataset) === opened;
      if (current) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  }

  function turnTo(pane) {
    document.body.dataset.pane = pane;
    document.body.dataset.sheet = "open";
    for (const tab of document.querySelectorAll('[role="tab"]')) {
      tab.setAttribute("aria-selected", String(tab.dataset.open === pane));
    }
    if (getComputedStyle(find(".close")).display !== "none") find(".close").focus();
  }

  function close() {
    if (document.body.dataset.sheet !== "open") return;
    delete document.body.dataset.sheet;
    if (opener && opener.isConnected && getComputedStyle(find(".close")).display !== "none") opener.focus();
  }

  // Copying

  async function copy(button) {
    const text = button.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      button.focus();
    }
    const name = [...button.childNodes];
    show(button, "copied");
    button.disabled = true;
    setTimeout(() => {
      button.replaceChildren(...name);
      button.disabled = false;
    }, 1600);
  }

  // One listener for everything that can be clicked

  const actions = { stop, clear, close };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const { report, open: pane, do: action, pageLanguage } = button.dataset;
    if (report !== undefined) open(button);
    else if (pane) turnTo(pane);
    else if (action) actions[action](button);
    else if (pageLanguage) choose(pageLanguage);
    else if (button.matches(".copy")) copy(button);
    else if (button.matches(".example")) send(button.textContent);
  });

  // Keys: / the question box, Alt+N a new chat, Alt+] and Alt+[ the next and previous source.
  function next(step) {
    const marks = [...document.querySelectorAll("article button.mark")];
    if (!marks.length) return;
    const at = marks.indexOf(stepped);
    stepped = marks[at < 0 ? (step > 0 ? 0 : marks.length - 1) : (at + step + marks.length) % marks.length];
    stepped.scrollIntoView({ block: "nearest" });
    stepped.focus();
    open(stepped);
  }
  let stepped = null;

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea");
    const keys = { BracketRight: () => next(1), BracketLeft: () => next(-1), KeyN: clear };
    if (event.key === "Escape") close();
    else if (event.altKey && !event.ctrlKey && !event.metaKey && keys[event.code]) {
      event.preventDefault();
      keys[event.code]();
    } else if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      find("#question").focus();
    }
  });
  document.addEventListener("scroll", (event) => {
    const { id, scrollHeight, clientHeight, scrollTop } = event.target;
    if (id === "scroll") pinned = scrollHeight - clientHeight - scrollTop < 120;
  }, { capture: true, passive: true });

  return { composer, current, earlier, actions, find, put, show, visit, clear, send, edit, fit, language, here: () => conversation };
})();
