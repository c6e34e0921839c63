// The library beside the chat: adding files, watching them, removing reports, choosing those to ask.
"use strict";

(() => {
  const { actions, find, put, show } = wenju;
  const { call, load, toast } = wenju.lists;

  // Choosing reports

  const chosen = new Set();
  wenju.chosen = () => [...chosen];

  function limit() {
    for (const box of document.querySelectorAll('input[name="limit"]')) box.checked = chosen.has(box.value);
    const chip = find(".limited");
    if (!chip) return;
    chip.hidden = chosen.size === 0;
    show(chip, "limited");
    chip.append(String(chosen.size));
  }

  actions.unlimit = () => {
    chosen.clear();
    limit();
    find("#question").focus();
  };

  document.addEventListener("change", ({ target }) => {
    if (target.id === "files") {
      send([...target.files]);
      target.value = "";
    } else if (target.name === "limit") {
      if (target.checked) chosen.add(target.value);
      else chosen.delete(target.value);
      limit();
    }
  });

  document.addEventListener("wenju:listed", ({ detail }) => {
    if (detail !== "shelf") return;
    const there = new Set([...document.querySelectorAll("[data-shelved]")].map((item) => item.dataset.shelved));
    for (const id of chosen) if (!there.has(id)) chosen.delete(id);
    limit();
    watch();
  });

  // Adding

  actions.choose = () => find("#files").click();

  async function reason(reply) {
    try {
      return (await reply.json()).error || "list_failed";
    } catch {
      return "list_failed";
    }
  }

  async function send(files) {
    for (const file of files) {
      let reply = { ok: false };
      try {
        reply = await fetch(`/my/uploads?name=${encodeURIComponent(file.name)}`, { method: "POST", body: file });
      } catch {
        // said below
      }
      if (!reply.ok) toast(reply.json ? await reason(reply) : "list_failed");
      watch();
    }
  }

  // How far the files are, until all are through.
  let timer = 0;
  let added = 0;
  async function watch() {
    const place = find("#jobs");
    clearTimeout(timer);
    if (!place) return;
    const reply = await call("/my/uploads");
    if (!reply.ok) return;
    put(place, await reply.text());
    const through = place.querySelectorAll('[data-state="added"]').length;
    if (through > added) {
      load("shelf");
      load("greeting");
    }
    added = through;
    clearTimeout(timer);
    if (reply.headers.get("Wenju-Active") !== "0") timer = setTimeout(watch, 500);
  }

  actions.dismiss = async () => {
    await call("/my/uploads", "DELETE");
    watch();
  };

  const hasFiles = (event) => find(".drop") && event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    document.body.dataset.dragging = "yes";
    if (document.body.dataset.pane !== "library") find("#tab-library").click();
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) delete document.body.dataset.dragging;
  });
  document.addEventListener("drop", async (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    delete document.body.dataset.dragging;
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry());
    const plain = [...event.dataTransfer.files];
    send(entries.some((entry) => entry && entry.isDirectory) ? (await Promise.all(entries.map(within))).flat() : plain);
  });

  // The files of a folder and below.
  async function within(entry) {
    if (!entry || entry.name.startsWith(".")) return [];
    if (entry.isFile) return [await new Promise((good, bad) => entry.file(good, bad))];
    const reader = entry.createReader();
    const found = [];
    for (;;) {
      const some = await new Promise((good, bad) => reader.readEntries(good, bad));
      if (!some.length) break;
      found.push(...some);
    }
    return (await Promise.all(found.map(within))).flat();
  }

  // Changing

  const report = (button) => `/my/reports/${encodeURIComponent(button.closest("[data-shelved]").dataset.shelved)}`;

  actions.again = async (button) => {
    const reply = await call(`${report(button)}/again`, "POST");
    if (!reply.ok) toast(reply.json ? await reason(reply) : "list_failed");
    watch();
  };

  actions.remove = async (button) => {
    if (!button.classList.contains("sure")) {
      const name = find(".hidden", button);
      show(button, "sure");
      button.append(name);
      button.classList.add("sure");
      button.addEventListener("blur", () => load("shelf"), { once: true });
      return;
    }
    button.disabled = true;
    const reply = await call(report(button), "DELETE");
    await load("shelf");
    load("greeting");
    toast(reply.ok ? "removed" : reply.json ? await reason(reply) : "list_failed");
  };
})();
