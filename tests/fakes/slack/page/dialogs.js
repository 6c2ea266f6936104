// What stands in front of everything else: forms, and questions.

import { blocks, value } from "/page/blocks.js";
import { element } from "/page/mrkdwn.js";

const at = (id) => document.getElementById(id);

export function button(label, done, kind = "", name = "") {
  const made = element("button", label, { type: "button", class: kind });
  if (name) Object.assign(made, { title: name, ariaLabel: name });
  made.addEventListener("click", done);
  return made;
}

// A form stays as it was typed when its answer is that something is wrong with it.
export function showForm(view, known, act, press) {
  const dialog = at("modal");
  if (!view) return dialog.close();
  const typed = view.id === dialog.dataset.view ? given(dialog) : {};
  const form = element("form");
  form.noValidate = true;
  form.append(element("h2", view.title.text));
  form.append(blocks(view.blocks, known, (item, value) => press(item, { where: "modal", value }), view.errors));
  const ends = element("div", "", { class: "ends" });
  ends.append(button(view.close?.text ?? "Close", () => act({ does: "close" })));
  if (view.submit) ends.append(element("button", view.submit.text, { class: "press primary" }));
  form.append(ends);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    act({ does: "submit", values: given(dialog) });
  });
  dialog.replaceChildren(form);
  dialog.dataset.view = view.id;
  for (const [block, said] of Object.entries(typed)) restore(dialog.querySelector(`[data-block="${CSS.escape(block)}"]`), said);
  if (!dialog.open) dialog.showModal();
}

function given(dialog) {
  const fields = [...dialog.querySelectorAll("[data-block]")].map((made) => [made.dataset.block, value(made)]);
  return Object.fromEntries(fields.filter(([, said]) => said !== null));
}

function restore(field, said) {
  if (!field) return;
  if (field.dataset.kind) {
    for (const box of field.querySelectorAll("input")) box.checked = [said].flat().includes(box.value);
  } else {
    field.value = said;
  }
}

// A question in front of everything else; true when the first button was pressed.
export function ask(heading, content, yes, no = "Cancel") {
  const sure = at("sure");
  const form = element("form", "", { method: "dialog" });
  form.append(element("h2", heading), content, element("div", "", { class: "ends" }));
  form.lastChild.append(element("button", no, { value: "" }), element("button", yes, { value: "yes", class: "press primary" }));
  sure.replaceChildren(form);
  sure.returnValue = "";
  sure.showModal();
  return new Promise((done) => {
    sure.addEventListener("close", () => done(sure.returnValue === "yes"), { once: true });
  });
}
