// The pane beside the chat: what a mark or a card opens, and its tabs.
"use strict";

(() => {
  const { actions, find, hear, put, show } = wenju;
  let opened = null; // the address of the passage that is shown
  let opener = null;

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

  hear("shown", underline);
  hear("moved", () => {
    opened = null;
    show(find("#evidence"), "evidence_hint");
    close();
  });

  actions.close = close;
  Object.assign(wenju, { close, open, turnTo });
})();
