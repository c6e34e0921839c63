// A report's page in the evidence pane or on a page of its own: brings the quote into view, turns pages, steps
// through an answer's sources. The controls are links that work without this.
"use strict";

(() => {
  const find = (selector, from = document) => from.querySelector(selector);

  // The quote a third down its box, and from side to side as far as it fits.
  function bring(box, mark) {
    const at = mark.getBoundingClientRect();
    const frame = box.getBoundingClientRect();
    const room = box.clientWidth - at.width;
    box.scrollTop += at.top - frame.top - box.clientHeight / 3;
    box.scrollLeft += at.left - frame.left - Math.max(16, room / 2);
  }

  function settle() {
    const pane = find("#evidence");
    const box = find(".words", pane);
    const mark = box && find("mark", box);
    if (mark) bring(box, mark);
    count(pane);
  }

  // The sources of the answer that the open one belongs to, each once.
  function sources() {
    const current = find("article button[data-report][aria-current]");
    if (!current) return { list: [], at: -1 };
    const turn = current.closest("article");
    const places = new Map();
    const place = ({ report, start, end }) => `${report} ${start} ${end}`;
    for (const kind of ["button.mark", "button[data-report]"]) {
      for (const button of turn.querySelectorAll(kind)) {
        if (!places.has(place(button.dataset))) places.set(place(button.dataset), button);
      }
      if (places.has(place(current.dataset))) break;
    }
    return { list: [...places.values()], at: [...places.keys()].indexOf(place(current.dataset)) };
  }

  function count(pane) {
    const group = find(".hits", pane);
    if (!group) return;
    const { list, at } = sources();
    group.hidden = list.length < 2;
    find(".count", group).textContent = `${at + 1} / ${list.length}`;
  }

  async function step(button) {
    const { list, at } = sources();
    if (list.length < 2) return;
    const by = button.dataset.hit;
    list[(at + Number(by) + list.length) % list.length].click();
    const again = new MutationObserver(() => {
      const same = find(`#evidence [data-hit="${by}"]`);
      if (!same) return;
      again.disconnect();
      same.focus({ preventScroll: true });
    });
    again.observe(find("#evidence"), { childList: true });
  }

  // Another page, size or form of what is open, in the same pane.
  async function change(link) {
    const pane = find("#evidence");
    const before = pane.firstElementChild;
    const name = link.dataset.look;
    pane.setAttribute("aria-busy", "true");
    let reply = { ok: false };
    try {
      reply = await fetch(link.getAttribute("href").replace(/^\/reports\//, "/passages/"));
    } catch {
      // said below
    }
    const html = reply.ok ? await reply.text() : null;
    if (pane.firstElementChild !== before) return; // something else was opened meanwhile
    pane.removeAttribute("aria-busy");
    if (html === null) return wenju.show(pane, reply.status === 404 ? "evidence_gone" : "evidence_failed");
    wenju.put(pane, html);
    const same = find(`[data-look="${name}"]`, pane) || find(".controls [data-look]", pane);
    if (same) same.focus({ preventScroll: true });
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("#evidence a[data-look]");
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (link && plain) {
      event.preventDefault();
      change(link);
    }
    const button = event.target.closest("button[data-hit]");
    if (button) step(button);
  });

  // A picture that does not come says so.
  document.addEventListener("error", ({ target }) => {
    if (!(target instanceof HTMLImageElement) || !target.closest(".leaf")) return;
    find(".problem", target.closest(".stage")).hidden = false;
    target.closest(".leaf").hidden = true;
  }, true);

  if (document.body && document.body.matches(".plain")) {
    const mark = find("mark");
    if (mark) mark.scrollIntoView({ block: "center", inline: "center" });
    const stage = mark && mark.closest(".stage");
    if (stage) bring(stage, mark); // one that is wider than the screen is read from its beginning
    return;
  }
  // The pane arrives with the other parts of the page.
  const arriving = new MutationObserver(() => {
    const pane = find("#evidence");
    if (!pane) return;
    arriving.disconnect();
    new MutationObserver(settle).observe(pane, { childList: true });
  });
  arriving.observe(document.documentElement, { childList: true, subtree: true });
})();
