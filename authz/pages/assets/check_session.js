// The frame of OpenID Connect Session Management 1.0, 3.2: a client's own frame asks "client_id
// session_state", and hears whether who is signed in here has changed. See authz/browser_state.h.
"use strict";

function browserState() {
  for (const cookie of document.cookie.split("; ")) {
    const [name, value] = cookie.split("=");
    if (name === "__Host-hk_state" || name === "hk_state") return value;
  }
  return "";
}

async function answerTo(message, origin) {
  const [client, state, more] = String(message).split(" ");
  const [hash, salt] = (state || "").split(".");
  if (!client || !hash || !salt || more !== undefined) return "error";
  const text = new TextEncoder().encode([client, origin, browserState(), salt].join(" "));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
  const now = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return now === hash ? "unchanged" : "changed";
}

addEventListener("message", async (event) => {
  if (event.source === null || event.source === window) return;
  event.source.postMessage(await answerTo(event.data, event.origin), event.origin);
});
