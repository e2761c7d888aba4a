// Saves a part of a record when somebody has paused in writing it, and says when. Without it, each part has its button.
"use strict";

const PAUSE = 2000;
const LEFT_ALONE = 16 * 60 * 1000; // as pages without a script close themselves (desk.case_page.CLEARS_ITSELF)
let closing = 0;

function keepOpen() {
  clearTimeout(closing);
  closing = setTimeout(() => location.assign("/"), LEFT_ALONE);
}

function watch(form) {
  const said = form.querySelector("[data-said]");
  let pause = 0;
  let isSaving = false;
  let isChanged = false;
  let isStopped = false;
  let isPressed = false;

  async function send() {
    const fields = new URLSearchParams(new FormData(form));
    fields.set("by_itself", "yes");
    const answer = await fetch(form.action, { method: "POST", body: fields, redirect: "manual", keepalive: true });
    if (answer.status === 409) {
      isStopped = true;
      said.textContent = form.dataset.refused;
    } else if (answer.status === 200) {
      const { at, seen } = await answer.json();
      form.elements.seen.value = seen;
      said.textContent = `${form.dataset.saves} ${at}`;
    } else {
      said.textContent = form.dataset.failed;
    }
  }

  async function save() {
    clearTimeout(pause);
    if (isSaving || isStopped || !isChanged) return;
    isSaving = true;
    isChanged = false;
    try {
      await send();
    } catch {
      said.textContent = form.dataset.failed;
    }
    isSaving = false;
    if (isPressed) form.requestSubmit();
    else if (isChanged) pause = setTimeout(save, PAUSE);
  }

  form.addEventListener("input", () => {
    isChanged = true;
    keepOpen();
    clearTimeout(pause);
    pause = setTimeout(save, PAUSE);
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(pause);
    isPressed = isSaving; // what is on its way arrives first, or the two would look like two people's
    if (isSaving) event.preventDefault();
    else isStopped = true;
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save();
  });
}

document.querySelectorAll("form[data-saves]").forEach(watch);
keepOpen();
