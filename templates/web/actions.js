// What can be done to a message: press its buttons, react, edit, delete.
import { get, patch, post, remove } from "./api.js";
import { answered } from "./composer.js";
import { openForm } from "./forms.js";
import { seen } from "./paged.js";
import { $, all, announce, newDelivery } from "./state.js";

export function startActions() {
  document.addEventListener("click", onClick);
}

function onClick(event) {
  const target = event.target.closest("[data-says], [data-open-form], [data-action]");
  if (!target) {
    if (!event.target.closest(".actions")) closeToolbars();
    return;
  }
  const number = Number(target.closest("[data-id]")?.dataset.id);
  if (target.dataset.says !== undefined && target.closest("#form")) return;
  if (target.dataset.says !== undefined) press(target, number);
  else if (target.dataset.openForm !== undefined) openForm(number, target.closest("[data-id]"));
  else ACTIONS[target.dataset.action](target, number);
}

async function press(button, number) {
  if (button.dataset.confirm && !(await agreed(button.dataset.confirm, button.textContent))) return;
  button.dataset.delivery ||= newDelivery();
  await busy(button, async () => {
    const said = { message: number, says: button.dataset.says, delivery: button.dataset.delivery };
    const answer = await post("/api/press", said);
    delete button.dataset.delivery;
    seen(button);
    await answered(answer);
  });
}

export function agreed(question, yes) {
  const dialog = $("#confirm");
  $("#confirm-text").textContent = question;
  $("#confirm-yes").textContent = yes;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

// Nobody presses twice; what went wrong is said beside the button.
async function busy(button, work) {
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  try {
    await work();
  } catch (failed) {
    complain(button, failed.message);
  } finally {
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
}

function complain(beside, sentence) {
  const holder = beside.closest(".buttons") || beside.closest(".message-main, .message");
  $(".complaint", holder)?.remove();
  const line = Object.assign(document.createElement("p"), { className: "complaint", textContent: sentence });
  line.setAttribute("role", "alert");
  holder.append(line);
  setTimeout(() => line.remove(), 8000);
}

const ACTIONS = {
  more(button) {
    const message = button.closest(".message");
    const open = !message.classList.contains("open");
    closeToolbars();
    message.classList.toggle("open", open);
    button.setAttribute("aria-expanded", String(open));
  },
  react(button, number) {
    const delivery = (button.dataset.delivery ||= newDelivery());
    closeToolbars();
    return busy(button, async () => {
      const answer = await post(`/api/messages/${number}/reactions`, { emoji: button.dataset.emoji, delivery });
      delete button.dataset.delivery;
      await answered({ ...answer, message: null });
    });
  },
  edit(button, number) {
    return busy(button, async () => editor(button.closest(".message"), number, (await get(`/api/messages/${number}`)).text));
  },
  async delete(button, number) {
    if (!(await agreed("Delete this message for everybody? An entry on the timeline is withdrawn, not erased.", "Delete"))) return;
    button.dataset.delivery ||= newDelivery();
    await busy(button, () => remove(`/api/messages/${number}`, { delivery: button.dataset.delivery }));
  },
};

function closeToolbars() {
  for (const message of all(".message.open")) {
    message.classList.remove("open");
    $("[data-action=more]", message)?.setAttribute("aria-expanded", "false");
  }
}

function editor(message, number, text) {
  closeToolbars();
  const form = $("#editor").content.firstElementChild.cloneNode(true);
  const box = $("textarea", form);
  const words = $(".words", message);
  box.value = text;
  words.hidden = true;
  words.after(form);
  box.focus();
  const close = () => {
    form.remove();
    words.hidden = false;
    $("[data-action=edit]", message)?.focus();
  };
  $("[data-cancel]", form).onclick = close;
  box.onkeydown = (event) => {
    if (event.key === "Escape") (event.preventDefault(), close());
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) (event.preventDefault(), form.requestSubmit());
  };
  form.onsubmit = (event) => (event.preventDefault(), save(form, number, box.value.trim(), close));
}

async function save(form, number, text, close) {
  try {
    form.dataset.delivery ||= newDelivery();
    const answer = await patch(`/api/messages/${number}`, { text, delivery: form.dataset.delivery });
    close();
    announce("Saved.");
    await answered({ ...answer, message: null });
    const fresh = await get(`/api/messages/${number}`);
    const { show } = await import("./live.js");
    show(fresh);
  } catch (failed) {
    const line = $(".composer-error", form);
    line.textContent = failed.message;
    line.hidden = false;
  }
}
