// Makes the page smoother; everything works without it. It keeps nothing: no storage, no history, no words in a URL.
(() => {
  "use strict";
  const IDLE = 15 * 60 * 1000;
  const LEAVE_WITHIN = 3000;
  const at = (id) => document.getElementById(id);
  const main = at("main");
  const status = at("status");
  const waiting = [];
  let busy = false;
  let left = false;
  let lastSeen = Date.now();
  let shifts = [];

  document.documentElement.classList.add("script");

  // Clears the screen at once; the address goes after, and takes this page's place in the history.
  function leave() {
    left = true;
    document.documentElement.classList.add("left");
    document.body.replaceChildren();
    location.replace("/leave");
  }

  function bare(data) {
    return data.replace(/:-([^:]*)$/, ":$1");
  }

  // Shows what came back; the keyboard stays on a choice that was only turned on or off, else goes to the new message.
  function show(html, pressed) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const next = page.getElementById("main");
    // In another language all that stands around the chat changes too, and it may run the other way.
    if (!next || page.documentElement.lang !== document.documentElement.lang) return location.replace("/");
    main.replaceChildren(...next.childNodes);
    status.textContent = "";
    const again = pressed && [...main.querySelectorAll("[aria-pressed]")].find((each) => bare(each.value) === bare(pressed));
    if (again) return again.focus({ preventScroll: true });
    scrollTo(0, 0);
    main.querySelector("h2").focus({ preventScroll: true });
  }

  async function send(fields) {
    busy = true;
    main.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch("/", { method: "POST", body: new URLSearchParams(fields) });
      const html = await answer.text();
      if (!left) show(html, fields.press);
    } catch {
      waiting.length = 0;
      if (!left) status.textContent = status.dataset.unreachable;
    } finally {
      busy = false;
      main.removeAttribute("aria-busy");
    }
    if (waiting.length) press(waiting.shift());
  }

  function press(data) {
    send({ turn: main.querySelector("[name=turn]").value, press: data });
  }

  main.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = event.submitter;
    const fields = Object.fromEntries(new FormData(event.target, button));
    if (!busy) return send(fields);
    // While one answer is on its way, only choices to turn on or off and the way out are kept for after it.
    if (button && (button.hasAttribute("aria-pressed") || button.value.endsWith(":_stop"))) waiting.push(button.value);
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("#leave")) {
      event.preventDefault();
      leave();
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Shift") shifts = [];
    else if (!event.repeat) {
      shifts = [...shifts.filter((when) => Date.now() - when < LEAVE_WITHIN), Date.now()];
      if (shifts.length === 3) leave();
    }
  });

  // Nobody at the screen: what is on it is hidden until somebody asks for it.
  function hide(hidden) {
    for (const id of ["main", "foot"]) at(id).hidden = hidden;
    at("hidden").hidden = !hidden;
  }

  function look() {
    if (!left && Date.now() - lastSeen >= IDLE) hide(true);
  }

  function seen() {
    look();
    lastSeen = Date.now();
  }

  for (const sign of ["keydown", "pointerdown", "scroll", "input"]) addEventListener(sign, seen, { passive: true });
  document.addEventListener("visibilitychange", look);
  setInterval(look, 5000);
  at("show").addEventListener("click", () => {
    hide(false);
    main.querySelector("h2").focus();
  });
  addEventListener("pageshow", (event) => event.persisted && location.reload());
})();
