"use strict";
const tongues = [...document.querySelectorAll(".tools button")];
function speak(language) {
  document.documentElement.dataset.ui = document.documentElement.lang = language;
  tongues.forEach(button => button.setAttribute("aria-pressed", button.value === language));
}
tongues.forEach(button => button.addEventListener("click", () => speak(button.value)));
speak(navigator.language.startsWith("zh") ? "zh" : "en");
