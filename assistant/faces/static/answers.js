// What can be done with an answer: copy it, judge it, ask again, edit its question.
"use strict";

(() => {
  const { actions, find, edit, fit, send, show } = wenju;
  const { call, toast } = wenju.lists;

  const turn = (button) => button.closest("article");
  const question = (button) => find(".asked", turn(button)).textContent;

  actions.retry = (button) => {
    edit(turn(button).dataset.key);
    send(question(button));
  };

  actions.edit = (button) => {
    const box = find("#question");
    edit(turn(button).dataset.key);
    box.value = question(button);
    fit(box);
    box.focus();
  };

  actions.unedit = () => {
    const box = find("#question");
    edit(null);
    box.value = "";
    fit(box);
    box.focus();
  };

  // The search behind an answer, with the questions before it: a follow-up is searched with them.
  actions.explain = (button) => {
    const asked = [...document.querySelectorAll("article .asked")].map((element) => element.textContent);
    const own = [...document.querySelectorAll("article")].indexOf(turn(button));
    const said = new URLSearchParams([["q", asked[own]], ...asked.slice(0, own).map((text) => ["before", text])]);
    open(`/search?${said}`, "_blank", "noopener");
  };

  // Copying

  wenju.copy = async (button) => {
    const text = button.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      button.focus();
    }
    const name = [...button.childNodes];
    show(button, "copied");
    button.disabled = true;
    setTimeout(() => {
      button.replaceChildren(...name);
      button.disabled = false;
      const menu = button.closest("details");
      if (menu) menu.open = false;
    }, 1600);
  };

  // Opinions

  async function judge(article, opinion) {
    const address = `/my/conversations/${encodeURIComponent(wenju.here())}/turns/${encodeURIComponent(article.dataset.key)}`;
    const reply = await call(`${address}/feedback`, "PUT", opinion);
    if (!reply.ok) toast("list_failed");
    return reply.ok;
  }

  actions.judge = async (button) => {
    const article = turn(button);
    const helpful = button.dataset.helpful === "1";
    if (!(await judge(article, { helpful }))) return;
    for (const one of article.querySelectorAll('[data-do="judge"]')) {
      one.setAttribute("aria-pressed", String(one === button));
    }
    actions.unwhy();
    if (helpful) return;
    find(".foot", article).append(find("template#why").content.cloneNode(true));
    const form = find(".why", article);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const said = new FormData(form);
      const opinion = { helpful, reason: said.get("reason") || "", comment: said.get("comment") };
      if (!(await judge(article, opinion))) return;
      const thanks = document.createElement("p");
      thanks.className = "quiet";
      thanks.setAttribute("role", "status");
      show(thanks, "thanks");
      form.replaceWith(thanks);
    });
    find("input", form).focus();
  };

  actions.unwhy = () => document.querySelectorAll(".why").forEach((form) => form.remove());
})();
