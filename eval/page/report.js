"use strict";
const root = document.documentElement;
const items = [...document.querySelectorAll("details.q")];
const filters = [...document.querySelectorAll(".filters select")];
const search = document.querySelector("#search");
const count = document.querySelector("#count");
const tongues = [...document.querySelectorAll(".tools button")];
let texts = null;

function speak(language) {
  root.dataset.ui = root.lang = language;
  tongues.forEach(button => button.setAttribute("aria-pressed", button.value === language));
  document.querySelectorAll("[data-en]").forEach(item => {
    const said = item.dataset[language];
    if (item.tagName === "INPUT") { item.placeholder = said; item.setAttribute("aria-label", said); }
    else if (item.tagName === "SELECT") item.setAttribute("aria-label", said);
    else item.textContent = said;
  });
}
function show() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length) texts ??= items.map(item => item.textContent.toLowerCase());
  const wanted = filters.filter(filter => filter.value);
  let shown = 0;
  items.forEach((item, n) => {
    const fits = wanted.every(filter => item.dataset[filter.name].split("\t").includes(filter.value));
    item.hidden = !fits || !words.every(word => texts[n].includes(word));
    shown += !item.hidden;
  });
  count.textContent = shown;
}
tongues.forEach(button => button.addEventListener("click", () => speak(button.value)));
filters.forEach(filter => filter.addEventListener("change", show));
search.addEventListener("input", show);
speak(navigator.language.startsWith("zh") ? "zh" : "en");
show();
