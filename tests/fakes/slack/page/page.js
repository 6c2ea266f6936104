// The page: asks what the chosen person sees, draws what has changed, and passes on what is done.

import { blocks } from "/page/blocks.js";
import { ask, button, showForm } from "/page/dialogs.js";
import { element, emoji, mrkdwn } from "/page/mrkdwn.js";

const at = (id) => document.getElementById(id);
const QUICK = ["pushpin", "white_check_mark", "eyes"];
const EVERY = 800;

const state = { as: sessionStorage.getItem("as") ?? "", room: "", thread: "", tab: "", sight: null, drawn: {}, seen: {} };
let about = { cast: [], shortcuts: [], elsewhere: "" };

async function begin() {
  about = await (await fetch("/about")).json();
  state.as ||= about.cast[0].handle;
  at("elsewhere").href = about.elsewhere;
  drawCast();
  drawTime();
  composer(at("composer"), () => "");
  composer(at("reply"), () => state.thread);
  at("shut").addEventListener("click", () => openThread(""));
  at("menu").addEventListener("click", () => document.body.classList.toggle("menu"));
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-room]");
    if (link) { event.preventDefault(); openRoom(link.dataset.room); }
  });
  at("modal").addEventListener("cancel", (event) => { event.preventDefault(); act({ does: "close" }); });
  await look();
  setInterval(look, EVERY);
}

async function look() {
  const asked = new URLSearchParams({ as: state.as, room: state.room, thread: state.thread });
  let answer;
  try { answer = await fetch(`/sight?${asked}`); } catch { return toast("The demo has ended."); }
  const sight = await answer.json();
  if (!answer.ok || asked.get("as") !== state.as || asked.get("room") !== state.room || asked.get("thread") !== state.thread) return;
  state.sight = sight;
  state.room ||= sight.room.id;
  draw();
}

async function act(said) {
  document.body.classList.add("busy");
  try {
    const body = JSON.stringify({ ...said, as: state.as });
    const answer = await fetch("/do", { method: "POST", headers: { "Content-Type": "application/json" }, body });
    const { told } = await answer.json();
    if (told) toast(told);
    return !told;
  } finally {
    document.body.classList.remove("busy");
    await look();
  }
}

function toast(words) {
  at("toast").textContent = words;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { at("toast").textContent = ""; }, 6000);
}

// Drawn again only when what is shown has changed, so that nobody's typing is lost.
function changed(what, shown) {
  const now = JSON.stringify(shown);
  if (state.drawn[what] === now) return false;
  state.drawn[what] = now;
  return true;
}

function draw() {
  const { sight } = state;
  state.seen[`${state.as} ${state.room}`] = sight.rooms.find((each) => each.id === state.room)?.newest ?? "";
  const clock = at("time").querySelector("time");
  clock.textContent = new Date(sight.now * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
  if (changed("rail", [sight.rooms, state.room, state.seen, state.as])) drawRail();
  if (changed("head", [sight.room, state.tab])) drawHead();
  const home = sight.room.kind === "im" && state.tab === "home";
  if (changed("flow", [sight.messages, sight.home, home, sight.users, sight.rooms.length, state.room])) {
    home ? drawHome() : fill(at("flow"), sight.messages, false);
  }
  at("composer").hidden = home || sight.room.archived;
  at("composer").querySelector("textarea").placeholder = `Message ${title(sight.room)}`;
  at("side").hidden = !state.thread;
  if (changed("thread", [sight.thread, state.thread])) fill(at("thread"), sight.thread, true);
  if (changed("modal", [sight.modal?.id, sight.modal?.hash, sight.modal?.errors])) showForm(sight.modal, sight, act, press);
}

const title = (room) => room.kind === "im" ? "Sitrep" : `${room.kind === "private" ? "🔒" : "#"}${room.name}`;

function drawCast() {
  at("cast").replaceChildren(...about.cast.map(({ handle, name }) => {
    const made = element("button", name.split(" ")[0], { "aria-pressed": String(handle === state.as), title: name });
    made.addEventListener("click", () => {
      state.as = handle;
      sessionStorage.setItem("as", handle);
      drawCast();
      look();
    });
    return made;
  }));
}

function drawTime() {
  at("time").append(element("time"));
  for (const minutes of [5, 15, 30]) {
    const made = element("button", `+${minutes}`, { title: `${minutes} minutes pass` });
    made.addEventListener("click", () => act({ does: "advance", minutes }));
    at("time").append(made);
  }
}

function drawRail() {
  const made = state.sight.rooms.map((room) => {
    const unread = room.joined && room.newest > (state.seen[`${state.as} ${room.id}`] ?? "") && room.id !== state.room;
    const kind = `${room.joined ? "" : "other"} ${unread ? "unread" : ""}`;
    const button = element("button", title(room), { class: kind, "data-room": room.id });
    if (room.id === state.room) button.setAttribute("aria-current", "page");
    return button;
  });
  const start = about.shortcuts.filter((each) => each.type === "global").map((each) => {
    const button = element("button", `⚡ ${each.name}`, { class: "start" });
    button.addEventListener("click", () => act({ does: "shortcut", name: each.callback_id }));
    return button;
  });
  at("rail").replaceChildren(...start, ...made);
}

function openRoom(room) {
  Object.assign(state, { room, thread: "", tab: "" });
  document.body.classList.remove("menu");
  at("flow").replaceChildren();
  state.drawn.flow = "";
  look();
}

function openThread(ts) {
  state.thread = ts;
  look();
}

function drawHead() {
  const { room } = state.sight;
  const head = at("head");
  head.replaceChildren(element("h1", title(room)));
  if (room.kind === "im") {
    for (const [tab, name] of [["home", "Home"], ["", "Messages"]]) {
      const button = element("button", name, { "aria-pressed": String(state.tab === tab) });
      button.addEventListener("click", () => {
        state.tab = tab;
        tab ? act({ does: "home" }) : look();
      });
      head.append(button);
    }
  }
  if (room.topic) {
    const topic = element("p", "", { class: "topic" });
    topic.append(mrkdwn(room.topic, state.sight));
    head.append(topic);
  }
  for (const { title: name, link } of room.bookmarks) {
    head.append(element("a", `🔖 ${name}`, { href: link, target: "_blank", rel: "noreferrer noopener", class: "bookmark" }));
  }
  if (room.archived) head.append(element("p", "This channel is archived."));
}

function fill(pane, messages, inThread) {
  const low = pane.scrollHeight - pane.scrollTop - pane.clientHeight < 80;
  pane.replaceChildren(...messages.map((each) => each.grey ? grey(each) : message(each, inThread)));
  if (low) pane.scrollTop = pane.scrollHeight;
}

function grey(told) {
  const made = element("p", "", { class: "grey" });
  const who = state.sight.users[told.user]?.name ?? "";
  if (!told.text.includes(told.user)) made.append(`${who} `);
  made.append(mrkdwn(told.text, state.sight));
  return made;
}

function message(told, inThread) {
  const made = element("article", "", { class: `message ${told.only_you ? "only" : ""}`, tabindex: "0", "data-ts": told.ts });
  const author = told.only_you ? "Sitrep" : state.sight.users[told.user]?.name ?? "somebody";
  made.append(element("span", author.slice(0, 1), { class: `face ${told.app || told.only_you ? "app" : ""}`, "aria-hidden": "true" }));
  const body = element("div", "", { class: "body" });
  if (told.only_you) body.append(element("small", "Only visible to you", { class: "note" }));
  if (told.pinned) body.append(element("small", "📌 Pinned", { class: "note" }));
  const by = element("div", "", { class: "by" });
  by.append(element("b", author));
  if (told.app || told.only_you) by.append(element("small", "APP", { class: "badge" }));
  by.append(element("time", new Date(told.ts * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false })));
  body.append(by, words(told));
  if (told.reactions?.length) body.append(reactions(told));
  if (!inThread && told.replies) body.append(button(`${told.replies} ${told.replies === 1 ? "reply" : "replies"}`, () => openThread(told.ts), "replies"));
  made.append(body);
  if (!told.only_you) made.append(tools(told, inThread));
  return made;
}

function words(told) {
  if (told.blocks?.length) {
    const where = { room: state.sight.room.id, ts: told.ts };
    return blocks(told.blocks, state.sight, (item, given) => press(item, { ...where, value: given }));
  }
  const made = element("div", "", { class: "words" });
  made.append(mrkdwn(told.text, state.sight));
  if (told.edited) made.append(element("small", " (edited)"));
  return made;
}

function reactions(told) {
  const made = element("div", "", { class: "reactions" });
  for (const { name, count, mine } of told.reactions) {
    made.append(button(`${emoji(name)} ${count}`, () => react(told, name), mine ? "mine" : ""));
  }
  return made;
}

const react = (told, name) => act({ does: "react", room: state.sight.room.id, ts: told.ts, name });

function tools(told, inThread) {
  const made = element("div", "", { class: "tools" });
  const here = { room: state.sight.room.id, ts: told.ts };
  for (const name of QUICK) made.append(button(emoji(name), () => react(told, name), "", `React with ${name}`));
  if (!inThread) made.append(button("💬", () => openThread(told.ts), "", "Reply in thread"));
  for (const each of about.shortcuts.filter((one) => one.type === "message")) {
    made.append(button(each.name, () => act({ does: "shortcut", name: each.callback_id, ...here })));
  }
  if (told.mine) {
    made.append(button("Edit", () => edit(told, here)));
    made.append(button("Delete", () => act({ does: "delete", ...here })));
  }
  return made;
}

async function edit(told, here) {
  const field = element("textarea", "", { "aria-label": "The message", rows: "4" });
  field.value = told.text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
  if (await ask("Edit message", field, "Save")) await act({ does: "edit", ...here, text: field.value });
}

async function press(item, where) {
  const { confirm } = item;
  if (confirm && !await ask(confirm.title.text, element("p", confirm.text.text), confirm.confirm.text, confirm.deny.text)) return;
  await act({ does: "press", action: item.action_id, ...where });
}

function drawHome() {
  const { home } = state.sight;
  const empty = element("p", "Nothing here yet.");
  at("flow").replaceChildren(home ? blocks(home.blocks, state.sight, (item, given) => press(item, { where: "home", value: given })) : empty);
}

function composer(form, thread) {
  const box = element("textarea", "", { rows: "1", "aria-label": "Your message" });
  form.append(box, element("button", "Send", { class: "press primary" }));
  const send = async () => {
    const text = box.value.trim();
    if (!text) return;
    box.value = "";
    const done = await act({ does: "say", room: state.sight.room.id, thread: thread(), text });
    if (!done && !box.value) box.value = text;
    const pane = at(thread() ? "thread" : "flow");
    pane.scrollTop = pane.scrollHeight;
  };
  form.addEventListener("submit", (event) => { event.preventDefault(); send(); });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(); }
  });
}

await begin();
