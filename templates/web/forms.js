// Forms in a dialog. What was typed is kept until it was sent; sending twice has one effect.
import { Failed, post } from "./api.js";
import { startChoices } from "./choices.js";
import { answered } from "./composer.js";
import { seen } from "./paged.js";
import { $, all, fromServer, newDelivery } from "./state.js";

const dialog = $("#form");
const drafts = new Map();

dialog.addEventListener("click", (event) => {
  if (event.target.closest("[data-close]")) dialog.close();
});

export function openForm(number, from = null) {
  const source = $(".form-source", from || document.getElementById(`m${number}`) || document.getElementById(`t${number}`) || document.createElement("i"));
  if (!source) return;
  if (!drafts.has(number)) drafts.set(number, source.content.firstElementChild.cloneNode(true));
  const form = drafts.get(number);
  form.dataset.delivery ||= newDelivery();
  form.onsubmit = (event) => (event.preventDefault(), send(form, number));
  dialog.replaceChildren(form);
  people(form);
  if (!dialog.open) dialog.showModal();
  ($("[autofocus], input:not([type=hidden]), textarea, select", form) || form).focus();
}

function people(form) {
  for (const input of all("input[data-person]:not([role])", form)) {
    const list = document.createElement("div");
    Object.assign(list, { className: "choices", id: `${input.id}-choices`, hidden: true });
    list.setAttribute("role", "listbox");
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-controls", list.id);
    input.after(list);
    const choices = startChoices(input, list);
    input.addEventListener("keydown", (event) => choices.onKey(event));
  }
}

async function send(form, number) {
  const submit = $("button:not([type=button])", form);
  submit.disabled = true;
  tell(form, null);
  const fields = Object.fromEntries(new FormData(form));
  // An empty box is an answer too; a form leaves it out.
  for (const box of form.querySelectorAll("input[type=checkbox]:not(:checked)")) fields[box.name] = "";
  try {
    const answer = await post("/api/forms", { message: number, fields, delivery: form.dataset.delivery });
    form.dataset.delivery = newDelivery();
    if (answer.refused && answer.html) return tell(form, fromServer(answer.html));
    drafts.delete(number);
    dialog.close();
    seen(document.getElementById(`m${number}`) || document.body);
    await answered(answer);
  } catch (failed) {
    if (!(failed instanceof Failed)) throw failed;
    if (!failed.again) form.dataset.delivery = newDelivery();
    tell(form, failed.message);
  } finally {
    submit.disabled = false;
  }
}

function tell(form, what) {
  const place = $(".form-answer", form);
  place.replaceChildren(...(what ? [what] : []));
  place.hidden = !what;
  if (what) place.scrollIntoView({ block: "nearest" });
}
