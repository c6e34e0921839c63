// Which conversation this tab is in, and its turns as the server writes them.
"use strict";

(() => {
  const { actions, find, fresh, hear, tell } = wenju;
  const scroller = () => find("#scroll");
  let conversation = named();
  let pinned = true; // whether the end of the conversation stays in sight

  // It stands behind the # of the page's address.
  function named() {
    const found = /^#c=([\w-]{8,40})$/.exec(location.hash);
    return found ? found[1] : null;
  }

  function enter(id) {
    conversation = id;
    history.replaceState(null, "", id ? `#c=${id}` : location.pathname);
  }

  // The conversation that a question goes into; one begins with its first.
  function here() {
    return conversation;
  }

  function begin() {
    if (!conversation) enter(fresh());
    return conversation;
  }

  function clear() {
    wenju.say("clear", {});
    enter(null);
    tell("moved");
    find("#question").focus();
  }

  function visit(id) {
    enter(id);
    wenju.say("open", { conversation: id });
    pinned = true;
    tell("moved");
  }

  addEventListener("hashchange", () => named() !== conversation && (named() ? visit(named()) : clear()));

  // The server shows the earlier turns.
  function earlier(element, watch) {
    watch("value", follow);
  }

  // The server took the question up, wrote on, or ended.
  function current(element, watch) {
    watch("value", () => {
      const turn = find("article", element);
      tell("heard", turn && { key: turn.dataset.key, state: turn.dataset.state });
      if (turn) follow();
    });
  }

  function follow() {
    tell("shown");
    if (pinned) scroller().scrollTop = scroller().scrollHeight;
  }

  hear("asked", () => (pinned = true));
  document.addEventListener("scroll", (event) => {
    const { id, scrollHeight, clientHeight, scrollTop } = event.target;
    if (id === "scroll") pinned = scrollHeight - clientHeight - scrollTop < 120;
  }, { capture: true, passive: true });

  actions.clear = clear;
  Object.assign(wenju, { begin, clear, current, earlier, here, visit });
})();
