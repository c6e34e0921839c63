// The lists beside the chat: conversations and the library. The server writes them; this fetches and changes them.
"use strict";

(() => {
  const { actions, find, put, show } = wenju;
  const listOf = { talks: "/my/conversations", shelf: "/my/library", greeting: "/my/welcome" };

  async function call(address, method = "GET", body = undefined) {
    const json = body === undefined ? {} : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
    try {
      return await fetch(address, { method, cache: "no-store", ...json });
    } catch {
      return { ok: false, status: 0 };
    }
  }

  // Why a request was refused: the server's own sentence.
  async function reason(reply) {
    try {
      return (await reply.json()).error || "list_failed";
    } catch {
      return "list_failed";
    }
  }

  async function load(id) {
    const place = find(`#${id}`);
    if (!place) return;
    const search = id === "talks" && find("#find").value.trim();
    const reply = await call(search ? `${listOf[id]}?q=${encodeURIComponent(search)}` : listOf[id]);
    if (reply.ok) put(place, await reply.text());
    else if (!place.firstChild) show(place, "list_failed");
    if (id === "talks") current();
    document.dispatchEvent(new CustomEvent("wenju:listed", { detail: id }));
  }

  function current() {
    for (const item of document.querySelectorAll("[data-conversation]")) {
      if (item.dataset.conversation === wenju.here()) item.setAttribute("aria-current", "true");
      else item.removeAttribute("aria-current");
    }
  }

  // What has just been done, with a way back.
  let fading = 0;
  function toast(key, undo = null) {
    const place = find(".toast");
    clearTimeout(fading);
    if (find(`template[data-text="${key}"]`)) show(place, key);
    else place.textContent = key; // a sentence of the server's
    if (undo) {
      const button = document.createElement("button");
      button.type = "button";
      show(button, "undo");
      button.addEventListener("click", undo);
      place.append(button);
    }
    place.hidden = false;
    fading = setTimeout(() => (place.hidden = true), undo ? 25000 : 4000);
  }

  // Conversations

  const about = (button) => button.closest("[data-conversation]");
  const address = (id) => `/my/conversations/${encodeURIComponent(id)}`;

  actions.talk = (button) => wenju.visit(about(button).dataset.conversation);

  // A file of the conversation that a button stands in, or of one of its answers.
  actions.export = async (button) => {
    const turn = button.closest("article");
    const place = turn ? `${address(wenju.here())}/turns/${encodeURIComponent(turn.dataset.key)}` : address(about(button).dataset.conversation);
    button.closest("details").open = false;
    const reply = await call(`${place}/export.${button.dataset.kind}`);
    if (!reply.ok) return toast(reply.json ? await reason(reply) : "list_failed");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await reply.blob());
    link.download = decodeURIComponent(/''(.+)$/.exec(reply.headers.get("Content-Disposition"))[1]);
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  };

  actions.delete = async (button) => {
    const id = about(button).dataset.conversation;
    const was = wenju.here() === id;
    const reply = await call(address(id), "DELETE");
    if (!reply.ok && reply.status !== 404) return toast("list_failed");
    if (was) wenju.clear();
    await load("talks");
    toast("deleted", async () => {
      const back = await call(`${address(id)}/restore`, "POST");
      await load("talks");
      if (back.ok && was) wenju.visit(id);
      toast(back.ok ? "undone" : "not_undone");
    });
  };

  actions.rename = (button) => {
    const item = about(button);
    const talk = find(".talk", item);
    const box = document.createElement("input");
    box.type = "text";
    box.maxLength = 80;
    box.value = find(".title", item).textContent;
    const name = document.createElement("label");
    name.className = "hidden";
    show(name, "rename");
    name.htmlFor = box.id = "new-name";
    talk.replaceWith(name, box);
    box.focus();
    box.select();
    let over = false;
    const end = async (keep) => {
      if (over) return;
      over = true;
      if (keep && box.value.trim()) {
        const reply = await call(address(item.dataset.conversation), "PATCH", { title: box.value });
        if (!reply.ok) toast("list_failed");
      }
      await load("talks");
    };
    box.addEventListener("keydown", (event) => {
      if (event.isComposing || event.keyCode === 229) return;
      if (event.key === "Enter") end(true);
      if (event.key === "Escape") end(false);
    });
    box.addEventListener("blur", () => end(true));
  };

  let searching = 0;
  document.addEventListener("input", (event) => {
    if (event.target.id !== "find") return;
    clearTimeout(searching);
    searching = setTimeout(() => load("talks"), 200);
  });

  // When to look again

  for (const name of ["asked", "ended"]) document.addEventListener(`wenju:${name}`, () => load("talks"));
  document.addEventListener("wenju:moved", current);
  wenju.fill = (element) => Object.keys(listOf).forEach((id) => find(`#${id}`, element) && load(id));
  wenju.lists = { call, load, reason, toast };
})();
