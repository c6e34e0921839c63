"use strict";
// A run under way: its bar moves, and the page is loaded again when it is over.
const watched = document.querySelector("[data-watch]");
async function watch() {
  try {
    const said = await (await fetch(watched.dataset.watch)).json();
    if (said.state !== "running") return location.reload();
    const bar = watched.querySelector("progress");
    bar.max = said.total;
    bar.value = said.done;
    watched.querySelector("output").textContent = `${said.done} / ${said.total}`;
  } catch { /* the server is busy or away; ask again */ }
  setTimeout(watch, 1000);
}
if (watched) setTimeout(watch, 500);
