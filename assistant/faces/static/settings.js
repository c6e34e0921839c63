// The dialogs: settings, and the list of keys.
"use strict";

(() => {
  const { actions, find, put, show } = wenju;
  const { call, reason } = wenju.lists;
  const address = "/my/settings";

  function shown(id) {
    const dialog = find(`#${id}-dialog`);
    if (!dialog.open) dialog.showModal();
    return dialog;
  }

  actions.help = () => shown("help");
  actions.shut = (button) => button.closest("dialog").close();

  actions.settings = async () => {
    const dialog = shown("settings");
    const place = find("#options", dialog);
    const reply = await call(address);
    if (!reply.ok) return show(place, "list_failed");
    put(place, await reply.text());
    unfold();
    watch();
  };

  // What belongs to another way of answering is folded away.
  function unfold() {
    const chosen = find('form.settings input[name="backend"]:checked');
    for (const part of document.querySelectorAll("form.settings .when")) {
      part.hidden = !chosen || !part.dataset.when.split(" ").includes(chosen.value);
    }
  }

  function said() {
    const form = find("form.settings");
    const values = {};
    for (const [name, value] of new FormData(form)) values[name] = value;
    if (values.backend === "remote") values.backend = values.model_name;
    else for (const name of ["base_url", "api_key"]) delete values[name];
    delete values.model_name;
    for (const box of form.querySelectorAll('input[type="number"]')) if (box.name in values) values[box.name] = Number(box.value);
    return values;
  }

  function tell(place, key, more = "") {
    if (find(`template[data-text="${key}"]`)) show(place, key);
    else place.textContent = key; // a sentence of the server's
    place.append(more);
  }

  actions.try = async (button) => {
    const place = find("#tried");
    tell(place, "trying");
    button.disabled = true;
    const reply = await call(`${address}/test`, "POST", said());
    button.disabled = false;
    if (!reply.ok) return tell(place, reply.json ? await reason(reply) : "list_failed");
    const { model, said: words, seconds } = await reply.json();
    if (model === "extractive") return tell(place, "tried_none");
    tell(place, "tried", `${words} (${seconds} s)`);
    place.prepend(`${model} `);
  };

  document.addEventListener("submit", async (event) => {
    if (!event.target.matches("form.settings")) return;
    event.preventDefault();
    const place = find("#saved");
    const reply = await call(address, "PUT", said());
    tell(place, reply.ok ? "settings_saved" : reply.json ? await reason(reply) : "list_failed");
    if (!reply.ok) return;
    find("#set-api_key").value = "";
    show(find("#tried"), "in_use");
    find("#tried").append(` ${(await reply.json()).model}`);
  });

  document.addEventListener("change", ({ target }) => target.closest("form.settings") && unfold());

  // The download of a local model

  let timer = 0;
  async function watch() {
    clearTimeout(timer);
    const place = find("#fetching");
    if (!place || !find("#settings-dialog").open) return;
    const reply = await call("/my/models");
    if (!reply.ok) return;
    put(place, await reply.text());
    if (reply.headers.get("Wenju-Active") === "1") timer = setTimeout(watch, 1000);
  }

  actions.pull = async () => {
    const reply = await call(`/my/models/${encodeURIComponent(find("#set-local_model").value)}`, "POST");
    if (!reply.ok) return tell(find("#fetching"), reply.json ? await reason(reply) : "list_failed");
    watch();
  };

  actions.unpull = async () => {
    await call("/my/models", "DELETE");
    watch();
  };
})();
