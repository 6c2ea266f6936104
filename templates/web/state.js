// What the server wrote into the page: who I am, where I am, the session's token.
export const state = JSON.parse(document.getElementById("state").textContent);

export const $ = (selector, root = document) => root.querySelector(selector);
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];

// The only way HTML comes into the page: made and escaped by the server, never put together here.
export function fromServer(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

export function newDelivery() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function announce(text) {
  $("#announcer").textContent = text;
}

export function narrow() {
  return matchMedia("(max-width: 760px)").matches;
}
