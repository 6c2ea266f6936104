// The list of rooms, the overview and the banner of a page: brought up to date a moment after something changed.
import { get, post } from "./api.js";
import { tick } from "./clock.js";
import { $, all, announce, fromServer, state } from "./state.js";

const title = document.title.replace(/^\(\d+\) /, "");
let soon = 0;
let blinking = 0;

export function startPaged() {
  document.addEventListener("click", dismiss);
  alarm();
}

export function refreshRail() {
  clearTimeout(soon);
  soon = setTimeout(refresh, 250);
}

async function refresh() {
  const fresh = await get(`/api/rail?here=${encodeURIComponent(state.here)}`).catch(() => null);
  if (!fresh) return refreshRailLater();
  replace($("#rail"), fresh.html);
  replace($("#overview"), fresh.overview);
  if (replace($("#pages"), fresh.pages)) alarm();
  const due = $("#bar-due");
  if (due && fresh.due !== undefined) replace(due, fresh.due);
  if (!all(".paged").length) document.title = fresh.unread ? `(${fresh.unread}) ${title}` : title;
  tick();
}

function refreshRailLater() {
  soon = setTimeout(refresh, 5000);
}

// Whoever stands on a link with the keyboard stays there.
function replace(place, html) {
  if (!place || place.dataset.html === html) return false;
  const href = place.contains(document.activeElement) && document.activeElement.getAttribute("href");
  const open = $("details", place)?.open;
  place.replaceChildren(fromServer(html));
  place.dataset.html = html;
  if (open && $("details", place)) $("details", place).open = true;
  if (href) all("a", place).find((link) => link.getAttribute("href") === href)?.focus();
  return true;
}

// A page is loud without a sound: a banner, and a title that changes until it is seen to.
function alarm() {
  clearInterval(blinking);
  const pages = all(".paged");
  if (!pages.length) {
    document.title = title;
    return;
  }
  announce("You are being paged.");
  let on = true;
  document.title = "You are being paged";
  blinking = setInterval(() => (document.title = (on = !on) ? "You are being paged" : title), 1000);
}

async function dismiss(event) {
  const button = event.target.closest("[data-dismiss]");
  if (!button) return;
  const paged = button.closest(".paged");
  await post("/api/read", { room: 0, message: Number(paged.dataset.id) }).catch(() => {});
  paged.remove();
  alarm();
  refreshRail();
}

export async function seen(element) {
  const paged = element.closest(".paged");
  if (paged) $("[data-dismiss]", paged).click();
}
