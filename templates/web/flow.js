// The messages of this room: put in order, replaced when they change, read when they are seen.
import { get, post } from "./api.js";
import { $, all, announce, fromServer, state } from "./state.js";

const NEAR = 120;
const FOLLOWS_WITHIN = 300;
const flow = $("#flow");
const scroller = $("#scroller");
let readSoon = 0;

export function startFlow() {
  if (!flow) return;
  toBottom();
  scroller.addEventListener("scroll", onScroll, { passive: true });
  document.addEventListener("visibilitychange", markRead);
  $("#below").addEventListener("click", toBottom);
  $("#older")?.addEventListener("click", showOlder);
  new ResizeObserver(keepBottom).observe(scroller);
  markRead();
}

let atBottom = true;

function onScroll() {
  atBottom = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR;
  if (atBottom) {
    $("#below").hidden = true;
    markRead();
  }
}

function keepBottom() {
  if (atBottom) scroller.scrollTop = scroller.scrollHeight;
}

export function toBottom() {
  scroller.scrollTop = scroller.scrollHeight;
  onScroll();
}

// A message as the server sent it: new ones at the end, known ones where they stand.
export function place(message) {
  if (!flow) return;
  const item = fromServer(message.html).firstElementChild;
  const fresh = put(flow, item);
  $("#empty")?.remove();
  if (!fresh) return keepBottom();
  tell(item);
  if (atBottom || message.mine) toBottom();
  else $("#below").hidden = false;
}

export function put(list, item) {
  const known = document.getElementById(item.id);
  if (known) {
    swap(known, item);
    return false;
  }
  const number = Number(item.dataset.id);
  const next = all(".message[data-id]", list).find((other) => Number(other.dataset.id) > number);
  list.insertBefore(item, next || $(".message.pending", list));
  group(item);
  return true;
}

function swap(known, item) {
  if ($(".editor", known)) return;
  const focused = known.contains(document.activeElement) && document.activeElement.dataset.action;
  item.classList.toggle("follows", known.classList.contains("follows"));
  item.classList.toggle("open", known.classList.contains("open"));
  known.replaceWith(item);
  if (focused) $(`[data-action="${focused}"]`, item)?.focus();
}

// A new day gets its line; a person's next words follow without a name. The server does the same on load.
function group(item) {
  const before = item.previousElementSibling;
  if (before?.dataset.day !== item.dataset.day) {
    const day = document.createElement("li");
    day.className = "day";
    day.dataset.day = item.dataset.day;
    day.append(Object.assign(document.createElement("span"), { textContent: item.dataset.day }));
    item.before(day);
    return;
  }
  const plain = (one) => one.matches(".message:not(.private, .gone, .sitrep)");
  const soon = item.dataset.at - before.dataset.at < FOLLOWS_WITHIN;
  item.classList.toggle("follows", plain(item) && plain(before) && soon && before.dataset.author === item.dataset.author);
}

function tell(item) {
  if (item.classList.contains("mine")) return;
  const words = $(".words, .card-title, .paragraph", item)?.textContent.trim() || "";
  announce(`${$(".author", item)?.textContent}: ${words.slice(0, 200)}`);
}

async function showOlder(event) {
  event.preventDefault();
  const link = event.currentTarget;
  const page = await get(`/api/rooms/${state.room ?? "direct"}/messages?before=${link.dataset.before}`);
  const height = scroller.scrollHeight;
  flow.prepend(fromServer(page.html));
  dropDoubleDays();
  scroller.scrollTop += scroller.scrollHeight - height;
  if (page.older) link.dataset.before = page.older;
  else link.remove();
}

function dropDoubleDays() {
  const seen = new Set();
  for (const day of all(".day", flow)) {
    if (seen.has(day.dataset.day)) day.remove();
    seen.add(day.dataset.day);
  }
}

export function markRead() {
  clearTimeout(readSoon);
  if (!flow || document.hidden || !atBottom) return;
  readSoon = setTimeout(() => {
    const last = all(".message[data-id]", flow).at(-1);
    if (last) post("/api/read", { room: state.room ?? 0, message: Number(last.dataset.id) }).catch(() => {});
  }, 600);
}

// A message that should be here by now but came by no event: the live connection may be down.
export async function ensure(number, show) {
  if (number && !document.getElementById(`m${number}`) && !document.getElementById(`t${number}`)) {
    show(await get(`/api/messages/${number}`));
  }
}
