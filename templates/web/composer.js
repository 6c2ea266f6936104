// Writing: Enter sends, a failed message stays and can be sent again under the same delivery.
import { post } from "./api.js";
import { startChoices } from "./choices.js";
import { ensure, toBottom } from "./flow.js";
import { openForm } from "./forms.js";
import { show } from "./live.js";
import { $, all, newDelivery, state } from "./state.js";

export function startComposers() {
  for (const form of all(".composer")) {
    const box = $("textarea", form);
    const choices = startChoices(box, $(".choices", form));
    box.addEventListener("input", () => grow(box));
    box.addEventListener("keydown", (event) => onKey(event, form, choices));
    form.addEventListener("submit", (event) => (event.preventDefault(), submit(form, choices)));
    grow(box);
    if (box.value) box.setSelectionRange(box.value.length, box.value.length);
  }
  if (matchMedia("(hover: hover)").matches) $("#words")?.focus({ preventScroll: true });
}

function grow(box) {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight, 180)}px`;
}

function onKey(event, form, choices) {
  if (choices.onKey(event)) return;
  const sends = event.key === "Enter" && !event.shiftKey && !event.isComposing;
  if (sends && (matchMedia("(hover: hover)").matches || event.ctrlKey)) {
    event.preventDefault();
    submit(form, choices);
  }
}

async function submit(form, choices) {
  const box = $("textarea", form);
  const text = box.value.trim();
  choices.close();
  if (!text) return;
  error(form, "");
  const thread = form.id === "side-composer" ? state.thread : undefined;
  if (text.startsWith("/")) return command(form, box, text, thread);
  box.value = "";
  grow(box);
  const list = thread ? $("#side-flow") : $("#flow");
  send(pending(list, text), { text, thread, delivery: newDelivery() });
}

// A slash command leaves nothing in the room. The box is free at once for the next line; what failed comes back to it.
async function command(form, box, text, thread) {
  box.value = "";
  grow(box);
  const delivery = form.dataset.text === text ? form.dataset.delivery : newDelivery();
  Object.assign(form.dataset, { text, delivery });
  try {
    const answer = await post(where(), { text, thread, delivery });
    // Only what was never answered is the same line when it is sent again.
    form.dataset.text = "";
    await answered(answer);
  } catch (failed) {
    error(form, box.value ? `${failed.message} Not carried out: ${text}` : failed.message);
    if (!failed.again) form.dataset.text = "";
    box.value ||= text;
    grow(box);
  }
}

function pending(list, text) {
  const item = $("#pending").content.firstElementChild.cloneNode(true);
  $(".author", item).textContent = "You";
  $(".words", item).textContent = text;
  list.append(item);
  item.scrollIntoView({ block: "nearest" });
  if (list.id === "flow") toBottom();
  return item;
}

async function send(item, said) {
  $(".state-text", item).textContent = "Sending…";
  item.classList.remove("failed");
  for (const button of all("button", item)) button.hidden = true;
  try {
    const answer = await post(where(), said);
    await answered(answer);
    item.remove();
  } catch (failed) {
    fail(item, said, failed);
  }
}

function fail(item, said, failed) {
  item.classList.add("failed");
  $(".state-text", item).textContent = `Not sent. ${failed.message}`;
  const retry = $("[data-retry]", item);
  const drop = $("[data-drop]", item);
  retry.hidden = drop.hidden = false;
  retry.onclick = () => send(item, said);
  drop.onclick = () => {
    const box = $(said.thread ? "#wordsside" : "#words");
    box.value = [said.text, box.value].filter(Boolean).join("\n");
    grow(box);
    box.focus();
    item.remove();
  };
}

// Both messages come by the live connection, too; whichever is first shows them.
export async function answered(answer) {
  await ensure(answer.message, show).catch(() => {});
  await ensure(answer.answer, show).catch(() => {});
  if (answer.form) openForm(answer.answer);
}

function where() {
  return `/api/rooms/${state.room ?? "direct"}/messages`;
}

function error(form, sentence) {
  const line = $(".composer-error", form);
  line.textContent = sentence;
  line.hidden = !sentence;
}
