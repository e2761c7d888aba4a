// The phones of the demo: asks every second what stands on them, and shows it when something is new.
"use strict";
const places = document.body.dataset;
const shown = {};

async function ask(path, asked) {
  const status = document.getElementById("status");
  try {
    const sent = asked && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(asked) };
    const answer = await fetch(path, sent);
    if (answer.ok) show(await answer.json());
    status.textContent = "";
  } catch {
    status.textContent = "The demo is not answering. Is it still running?";
  }
}

function show(state) {
  const time = document.getElementById("time");
  if (time.textContent !== state.time) time.textContent = state.time;
  document.getElementById("code").textContent = state.code;
  for (const [name, messages] of Object.entries(state.phones)) {
    const now = JSON.stringify(messages);
    if (shown[name] === now || !messages.length) continue;
    shown[name] = now;
    const chat = document.querySelector(`[data-phone="${name}"] .chat`);
    chat.replaceChildren(...messages.map((each) => bubble(name, each)));
    chat.scrollTop = chat.scrollHeight;
  }
}

function bubble(phone, message) {
  const item = document.createElement("li");
  item.classList.toggle("mine", message.mine);
  if (message.from && !message.mine) item.append(element("span", "who", message.from));
  item.append(...linked(message.text));
  for (const row of message.rows) {
    const line = element("div", "row", "");
    for (const each of row) {
      const button = element("button", "", each.label);
      button.type = "button";
      button.addEventListener("click", () => (each.url ? open(each.url) : ask("/tap", { phone, message: message.id, data: each.data })));
      line.append(button);
    }
    item.append(line);
  }
  return item;
}

// Words with the addresses among them to press.
function linked(text) {
  return text.split(/(https?:\/\/\S+)/).map((piece, place) => {
    if (place % 2 === 0) return piece;
    const link = element("a", "", piece);
    link.href = piece;
    link.addEventListener("click", (event) => (event.preventDefault(), open(piece)));
    return link;
  });
}

function element(name, kind, text) {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  made.textContent = text;
  return made;
}

// An address of the web chat or the desk opens in its frame, any other beside this page.
function open(address) {
  for (const frame of ["web", "desk"]) {
    const behind = places[frame === "web" ? "behindWeb" : "behindDesk"];
    if (address.startsWith(behind)) {
      document.getElementById(frame).src = places[frame] + address.slice(behind.length);
      return;
    }
  }
  window.open(address, "_blank", "noopener");
}

for (const form of document.querySelectorAll("[data-phone] form")) {
  const phone = form.closest("[data-phone]").dataset.phone;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask("/say", { phone, text: form.text.value });
    form.text.value = "";
  });
}
for (const button of document.querySelectorAll("[data-say]"))
  button.addEventListener("click", () => ask("/say", { phone: button.closest("[data-phone]").dataset.phone, text: button.dataset.say }));
for (const button of document.querySelectorAll("[data-step]"))
  button.addEventListener("click", () => ask("/forward", { step: button.dataset.step }));
setInterval(() => document.hidden || ask("/now"), 1000);
ask("/now");
