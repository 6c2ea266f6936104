// Server-sent events: what changed comes here by itself; a lost connection is shown and comes back.
import { get } from "./api.js";
import { setNow } from "./clock.js";
import { place } from "./flow.js";
import { refreshRail } from "./paged.js";
import { current, refreshParent, reply } from "./thread.js";
import { $, fromServer, state } from "./state.js";

const SILENCE = 40000;
const PATIENCE = 2500;
let source = null;
let heard = 0;
let last = state.change;
let lost = 0;

export function startLive() {
  connect();
  setInterval(watch, 5000);
  document.addEventListener("visibilitychange", watch);
  addEventListener("online", connect);
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => event.persisted && connect());
}

function connect() {
  source?.close();
  heard = Date.now();
  source = new EventSource(`/live?after=${last}`);
  source.onopen = hear;
  source.onerror = onError;
  source.addEventListener("clock", (event) => (hear(), setNow(JSON.parse(event.data).now)));
  source.addEventListener("change", onChange);
  source.addEventListener("reload", () => location.reload());
  source.addEventListener("signed-out", signedOut);
}

function hear() {
  heard = Date.now();
  clearTimeout(lost);
  lost = 0;
  $("#connection").hidden = true;
}

function onError() {
  lost ||= setTimeout(() => ($("#connection").hidden = false), PATIENCE);
  if (source.readyState !== EventSource.CLOSED) return;
  get("/api/rail").then(() => setTimeout(connect, 1000), (failed) => {
    if (failed.status === 401) signedOut();
    else setTimeout(connect, 3000);
  });
}

// A phone that slept keeps a dead connection open without an error.
function watch() {
  if (!document.hidden && Date.now() - heard > SILENCE) connect();
}

function signedOut() {
  source.close();
  clearTimeout(lost);
  const bar = $("#connection");
  bar.textContent = "You are signed out. Ask for a new sign-in link.";
  bar.hidden = false;
}

function onChange(event) {
  hear();
  last = event.lastEventId;
  const change = JSON.parse(event.data);
  if (change.id) show(change);
  if (!change.id || change.headline || change.private || change.room !== state.room) refreshRail();
}

export function show(message) {
  const mine = state.place === "direct"
    ? message.private && (message.slot !== "answer" || message.room === null)
    : state.place === "room" && message.room === state.room;
  if (!mine) return;
  if (message.headline) return headline(message.headline);
  if (message.id === current()) refreshParent(message);
  if (message.thread && state.place === "room") return message.thread === current() ? reply(message) : undefined;
  place(message);
}

// The card on top is replaced, but stays folded or open as the reader left it.
function headline(html) {
  const fresh = fromServer(html).firstElementChild;
  const known = $("#headline");
  const says = known?.contains(document.activeElement) && document.activeElement.dataset.says;
  fresh.open = known ? known.open : !matchMedia("(max-width: 760px)").matches;
  if (known) known.replaceWith(fresh);
  else $("#headline-place")?.append(fresh);
  if (says) [...fresh.querySelectorAll("[data-says]")].find((button) => button.dataset.says === says)?.focus();
}
