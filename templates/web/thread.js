// The side panel: one message and what was answered to it. The timeline is such a thread.
import { get } from "./api.js";
import { put } from "./flow.js";
import { $, all, fromServer, narrow, state } from "./state.js";

const side = $("#side");
let opener = null;
let older = null;

export function startThread() {
  if (!side) return;
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !side.hidden && !event.defaultPrevented && !$("dialog[open]")) close();
  });
  $("[data-older-thread]").addEventListener("click", showOlder);
  if (getComputedStyle(side).display === "none") hide();
  else bottom();
}

export function current() {
  return side && !side.hidden ? state.thread : null;
}

function onClick(event) {
  const link = event.target.closest("[data-thread], [data-close-side]");
  if (!link || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  if (link.dataset.closeSide !== undefined) return close();
  opener = link;
  open(Number(link.dataset.thread), { focus: true });
}

export async function open(number, { focus }) {
  state.thread = number;
  const thread = await get(`/api/messages/${number}/thread`);
  if (state.thread !== number) return;
  $("#side-title").textContent = thread.timeline ? "Timeline" : "Thread";
  $("textarea", side).placeholder = thread.timeline ? "Write to the timeline" : "Reply";
  $("#side-parent").replaceChildren(fromServer(thread.parent));
  $("#side-flow").replaceChildren(fromServer(thread.html));
  setOlder(thread.older);
  side.hidden = false;
  side.classList.remove("beside");
  if (thread.timeline) remember("open");
  document.body.classList.add("has-side");
  bottom();
  if (focus) (narrow() ? $("[data-close-side]") : $("textarea", side)).focus();
}

function close() {
  if (state.thread === state.timeline && !narrow()) remember("closed");
  hide();
  (opener?.isConnected ? opener : $("#words"))?.focus();
}

function hide() {
  side.hidden = true;
  state.thread = null;
  document.body.classList.remove("has-side", "has-side-wide");
}

// Who puts the timeline away on a wide screen wants the room for the conversation, next time too.
function remember(how) {
  try {
    localStorage.setItem("sitrep.timeline", how);
  } catch {
    // Private windows may keep nothing.
  }
}

function bottom() {
  const scroller = $("#side-scroller");
  scroller.scrollTop = scroller.scrollHeight;
}

export function reply(message) {
  const scroller = $("#side-scroller");
  const near = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 120;
  put($("#side-flow"), fromServer(message.html).firstElementChild);
  if (near || message.mine) bottom();
}

// The message above the thread has changed, too.
export function refreshParent(message) {
  const item = fromServer(message.html).firstElementChild;
  item.id = `t${message.id}`;
  for (const link of all(".thread-link, .actions [data-thread]", item)) link.remove();
  $("#side-parent").replaceChildren(item);
}

function setOlder(before) {
  older = before;
  $("[data-older-thread]").hidden = !before;
}

async function showOlder() {
  const page = await get(`/api/messages/${state.thread}/thread?before=${older}`);
  $("#side-flow").prepend(fromServer(page.html));
  setOlder(page.older);
}
