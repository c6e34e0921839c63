// What can be done by keys; the list of them is in the dialog that ? opens.
"use strict";

(() => {
  const { find } = wenju;
  let stepped = null; // the mark that was last stepped to

  function next(step) {
    const marks = [...document.querySelectorAll("article button.mark")];
    if (!marks.length) return;
    const at = marks.indexOf(stepped);
    stepped = marks[at < 0 ? (step > 0 ? 0 : marks.length - 1) : (at + step + marks.length) % marks.length];
    stepped.scrollIntoView({ block: "nearest" });
    stepped.focus();
    wenju.open(stepped);
  }

  // A menu closes when something else is clicked.
  document.addEventListener("click", ({ target }) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(target)) menu.open = false;
  });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea");
    const keys = { BracketRight: () => next(1), BracketLeft: () => next(-1), KeyN: wenju.clear, KeyS: () => wenju.actions.stop() };
    if (find("dialog[open]")) return; // it knows Escape itself
    if (event.key === "Escape") {
      const menu = find("details.menu[open]");
      if (!menu) return wenju.close();
      menu.open = false;
      find("summary", menu).focus();
    }
    if (event.altKey && !event.ctrlKey && !event.metaKey && keys[event.code]) {
      event.preventDefault();
      keys[event.code]();
    } else if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      find("#question").focus();
    } else if (event.key === "?" && !typing) {
      wenju.actions.help();
    }
  });
})();
