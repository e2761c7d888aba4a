// No browser makes or uses a passkey without a script. It fills a field of a form and sends that.
"use strict";

const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const named = (list) => (list || []).map((each) => ({ ...each, id: toBytes(each.id) }));

async function make(asked) {
  const user = { ...asked.user, id: toBytes(asked.user.id) };
  const publicKey = { ...asked, user, challenge: toBytes(asked.challenge), excludeCredentials: named(asked.excludeCredentials) };
  const made = await navigator.credentials.create({ publicKey });
  return { attestationObject: toText(made.response.attestationObject), ...common(made) };
}

async function sign(asked) {
  const publicKey = { ...asked, challenge: toBytes(asked.challenge), allowCredentials: named(asked.allowCredentials) };
  const signed = await navigator.credentials.get({ publicKey });
  const { authenticatorData, signature, userHandle } = signed.response;
  const handle = userHandle ? { userHandle: toText(userHandle) } : {};
  return { authenticatorData: toText(authenticatorData), signature: toText(signature), ...handle, ...common(signed) };
}

const common = (found) => ({ found, clientDataJSON: toText(found.response.clientDataJSON) });

const written = ({ found, ...response }) =>
  JSON.stringify({ id: found.id, rawId: toText(found.rawId), type: found.type, response, clientExtensionResults: {} });

const form = document.querySelector("form[data-passkey]");
if (form && window.PublicKeyCredential) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const field = form.querySelector("[data-answer]");
    try {
      field.value = written(await (field.name === "made" ? make : sign)(JSON.parse(form.dataset.passkey)));
    } catch {
      form.querySelector("[data-failed]").hidden = false;
      return;
    }
    form.submit();
  });
}
