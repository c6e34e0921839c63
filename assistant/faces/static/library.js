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
    if (target.id === "files" || target.id === "folder") {
      send(target.id === "files" ? [...target.files] : [...target.files].filter(readable));
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
  actions.folder = () => find("#folder").click();

  // What the server says went wrong: the key of a label, or a sentence.
  async function reason(reply) {
    try {
      const said = await reply.json();
      return said.code || said.error || "list_failed";
    } catch {
      return "list_failed";
    }
  }

  const kinds = () => find(".kinds") || { dataset: { limit: "0", kinds: "" } };
  const readable = (file) => kinds().dataset.kinds.split(" ").some((kind) => file.name.toLowerCase().endsWith(kind));
  const wait = (seconds) => new Promise((good) => setTimeout(good, 1000 * seconds));
  const queue = [];
  let sending = false;

  async function send(files) {
    queue.push(...files);
    if (sending) return;
    sending = true;
    while (queue.length) {
      tellSending();
      const reply = await one(queue[0]);
      if (reply.status === 429) {
        toast("too_many");
        await wait(3);
        continue;
      }
      const file = queue.shift();
      if (!reply.ok && reply.status !== 413) {
        toast(reply.json ? await reason(reply) : "not_sent");
        find(".toast").append(` ${file.name}`);
      }
      watch();
    }
    sending = false;
    tellSending();
  }

  // Of a file over the limit only the size is sent: it is listed with the reason all the same.
  async function one(file) {
    const limit = Number(kinds().dataset.limit) * 2 ** 20;
    const address = `/my/uploads?name=${encodeURIComponent(file.name)}&size=${file.size}`;
    try {
      return await fetch(address, { method: "POST", body: limit && file.size > limit ? "" : file });
    } catch {
      return { ok: false, status: 0 };
    }
  }

  function tellSending() {
    const place = find(".sending");
    if (!place) return;
    place.hidden = queue.length < 2;
    if (!place.hidden) {
      show(place, "sending");
      place.append(String(queue.length));
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
    const through = place.querySelectorAll('[data-state="added"], [data-state="refreshed"]').length;
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
    if (!entries.some((entry) => entry && entry.isDirectory)) return send(plain);
    const found = (await Promise.all(entries.map(within))).flat();
    send(found.filter(readable));
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

  actions.report_again = async (button) => {
    const reply = await call(`${report(button)}/again`, "POST");
    if (!reply.ok) toast(reply.json ? await reason(reply) : "list_failed");
    watch();
  };

  actions.report_remove = async (button) => {
    const place = report(button);
    button.disabled = true;
    const reply = await call(place, "DELETE");
    await load("shelf");
    load("greeting");
    if (!reply.ok) return toast(reply.json ? await reason(reply) : "list_failed");
    toast("removed", async () => {
      const back = await call(`${place}/restore`, "POST");
      await load("shelf");
      load("greeting");
      toast(back.ok ? "put_back" : back.status === 404 ? "not_undone" : back.json ? await reason(back) : "list_failed");
    });
    find(".toast button").focus();
  };

  // What unfolds below a report: its contents, or a form for its details.
  async function unfold(button, address) {
    const item = button.closest("[data-shelved]");
    const place = find(".unfolded", item);
    const open = button.getAttribute("aria-expanded") === "true";
    fold(item);
    if (open) return;
    button.setAttribute("aria-expanded", "true");
    place.hidden = false;
    const reply = await call(address);
    if (button.getAttribute("aria-expanded") !== "true") return;
    if (reply.ok) put(place, await reply.text());
    else show(place, reply.status === 404 ? "evidence_gone" : "list_failed");
    const first = find("input", place);
    if (first) first.focus();
  }

  function fold(item) {
    for (const button of item.querySelectorAll("[aria-expanded]")) button.setAttribute("aria-expanded", "false");
    const place = find(".unfolded", item);
    place.hidden = true;
    place.replaceChildren();
  }

  actions.report_inside = (button) => unfold(button, `${report(button)}/inside`);
  actions.report_edit = (button) => unfold(button, `${report(button)}/facts`);
  actions.fold = (button) => {
    const item = button.closest("[data-shelved]");
    fold(item);
    find('[data-do="report_edit"]', item).focus();
  };

  document.addEventListener("submit", async (event) => {
    if (!event.target.matches(".correct")) return;
    event.preventDefault();
    const form = event.target;
    const id = form.closest("[data-shelved]").dataset.shelved;
    const reply = await call(report(form), "PATCH", Object.fromEntries(new FormData(form)));
    if (!reply.ok) {
      const place = find(".problem", form);
      show(place, reply.json ? await reason(reply) : "list_failed");
      place.hidden = false;
      return;
    }
    await load("shelf");
    load("greeting");
    toast("saved");
    const again = find(`[data-shelved="${CSS.escape(id)}"] [data-do="report_edit"]`);
    if (again) again.focus();
  });
})();
