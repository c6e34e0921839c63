// What every part of the page stands on: its labels and languages, its clicks, and how its parts hear of each other.
// What is shown comes from the server, escaped; nothing here turns text into markup.
"use strict";

const wenju = (() => {
  const find = (selector, from = document) => from.querySelector(selector);
  const tell = (name, detail = null) => document.dispatchEvent(new CustomEvent(`wenju:${name}`, { detail }));
  const hear = (name, then) => document.addEventListener(`wenju:${name}`, (event) => then(event.detail));
  const fresh = () => [...crypto.getRandomValues(new Uint32Array(4))].map((n) => n.toString(36)).join("-");

  // Parts of the page arrive one by one: what is not there yet comes with its first text.
  function show(place, key) {
    const text = find(`template[data-text="${key}"]`);
    if (place && text) place.replaceChildren(text.content.cloneNode(true));
  }

  // HTML that the server wrote and escaped.
  function put(place, html) {
    place.innerHTML = html;
  }

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

  // One listener for everything that can be clicked. `actions` is what `data-do` may name.

  const actions = {};

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const { report, open: pane, do: action, pageLanguage } = button.dataset;
    if (report !== undefined) wenju.open(button);
    else if (pane) wenju.turnTo(pane);
    else if (action) actions[action](button);
    else if (pageLanguage) choose(pageLanguage);
    else if (button.matches(".copy")) wenju.copy(button);
    else if (button.matches(".example")) wenju.send(button.textContent);
  });

  return { actions, find, fresh, hear, language, put, show, speak, tell };
})();
