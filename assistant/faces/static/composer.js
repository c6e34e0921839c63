// The question box: sending, stopping, asking again, and what to say when the server is gone.
"use strict";

(() => {
  const { actions, find, fresh, hear, language, show, speak, tell } = wenju;
  const patience = 4000;
  let asked = null; // {key, text}: what was sent and not yet taken up by the server
  let last = "";
  let busy = false;
  let heard = 0;
  let before = null; // the turn that the next question takes the place of

  function send(text) {
    const question = text.trim();
    if (!question || busy) return;
    asked = { key: fresh(), text };
    heard = Date.now();
    trouble(null);
    work(true);
    const answer = find('input[name="answer-language"]:checked');
    wenju.say("ask", {
      question, key: asked.key, conversation: wenju.begin(), page: language(), language: answer ? answer.value : "auto",
      instead_of: before, reports: wenju.chosen(),
    });
    edit(null);
  }

  // The next question takes the place of the turn with this key.
  function edit(key) {
    before = key;
    const chip = find(".editing");
    if (chip) chip.hidden = !key;
  }

  function work(now) {
    busy = now;
    find(".send").hidden = now;
    find(".stop").hidden = !now;
  }

  function trouble(key) {
    const place = find(".trouble");
    place.hidden = !key;
    if (key) show(place, key);
  }

  actions.stop = () => {
    wenju.say("stop", {});
    setTimeout(() => busy && work(false), 3000);
  };

  hear("moved", () => {
    asked = null;
    edit(null);
    work(false);
    trouble(null);
  });

  hear("heard", (turn) => {
    heard = Date.now();
    if (!turn) return;
    if (asked && turn.key === asked.key) taken();
    if (busy && turn.state !== "working" && !asked) ended(turn.state);
  });

  function taken() {
    const box = find("#question");
    last = asked.text;
    if (box.value === asked.text) box.value = "";
    fit(box);
    asked = null;
    tell("asked");
  }

  function ended(state) {
    const box = find("#question");
    work(false);
    tell("ended");
    if (state === "failed" && !box.value) {
      box.value = last;
      fit(box);
    }
  }

  async function there() {
    try {
      return (await fetch("/api/health", { cache: "no-store" })).ok;
    } catch {
      return false;
    }
  }

  // While nothing is heard, ask whether the server is there at all; once it is gone, whether it is back. A server
  // that was restarted knows nothing of this page: it is loaded anew, with what was typed and the conversation.
  let gone = false;
  async function watchman() {
    if (!gone && (!busy || Date.now() - heard < patience)) return;
    const here = await there();
    if (gone && here) {
      keep();
      location.reload();
    } else if (!gone && !here) {
      gone = true;
      const box = find("#question");
      if (!box.value) box.value = asked ? asked.text : last;
      asked = null;
      work(false);
      trouble("unreachable");
    }
  }

  // What is typed and how answers are wanted outlast the page.
  const draft = "wenju_draft";
  const wanted = "wenju_answer_language";

  function keep() {
    const text = find("#question").value;
    if (text) sessionStorage.setItem(draft, text);
    else sessionStorage.removeItem(draft);
  }

  function recall(box) {
    box.value = sessionStorage.getItem(draft) || "";
    const choice = find(`input[name="answer-language"][value="${CSS.escape(localStorage.getItem(wanted) || "auto")}"]`);
    if (choice) choice.checked = true;
    fit(box);
  }

  document.addEventListener("change", ({ target }) => {
    if (target.name === "answer-language") localStorage.setItem(wanted, target.value);
  });

  function fit(box) {
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, window.innerHeight / 3)}px`;
  }

  function composer(element, trigger) {
    wenju.say = trigger;
    const box = find("#question", element);
    find("form", element).addEventListener("submit", (event) => {
      event.preventDefault();
      send(box.value);
    });
    recall(box);
    addEventListener("pagehide", keep);
    box.addEventListener("input", () => fit(box));
    box.addEventListener("keydown", (event) => {
      const composing = event.isComposing || event.keyCode === 229;
      if (event.key !== "Enter" || event.shiftKey || composing) return;
      event.preventDefault();
      send(box.value);
    });
    speak(language());
    setInterval(watchman, 1000);
    box.focus({ preventScroll: true });
    if (wenju.here()) wenju.visit(wenju.here());
  }

  Object.assign(wenju, { composer, edit, fit, say: () => {}, send });
})();
