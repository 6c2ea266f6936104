// Block Kit as elements: the blocks and fields that Sitrep uses, and a plain note for any other.

import { element, mrkdwn, plain } from "/page/mrkdwn.js";

export function text(object, known) {
  if (!object) return "";
  return object.type === "mrkdwn" ? mrkdwn(object.text, known) : object.text;
}

// `act` is told which element was used: act(element, value).
export function blocks(list, known, act, errors = {}) {
  const out = element("div", "", { class: "blocks" });
  for (const block of list) out.append(one(block, known, act, errors));
  return out;
}

function one(block, known, act, errors) {
  const made = element("div", "", { class: `block ${block.type}` });
  switch (block.type) {
    case "header": made.append(element("h3", text(block.text, known))); break;
    case "divider": made.append(element("hr")); break;
    case "section": section(made, block, known, act); break;
    case "context": for (const each of block.elements) made.append(wrapped("span", each, known)); break;
    case "actions": for (const each of block.elements) made.append(control(each, act)); break;
    case "input": input(made, block, known, errors); break;
    default: made.append(element("em", `(a block of the type ${block.type})`));
  }
  return made;
}

function section(made, block, known, act) {
  if (block.text) made.append(wrapped("div", block.text, known));
  if (block.fields) {
    const grid = element("div", "", { class: "fields" });
    for (const each of block.fields) grid.append(wrapped("div", each, known));
    made.append(grid);
  }
  if (block.accessory) made.append(control(block.accessory, act));
}

function wrapped(name, object, known) {
  const made = element(name);
  made.append(text(object, known));
  return made;
}

function control(item, act) {
  if (item.type === "button") {
    const made = element("button", item.text.text, { type: "button", class: `press ${item.style ?? ""}` });
    if (item.url) made.addEventListener("click", () => window.open(item.url, "_blank", "noreferrer"));
    made.addEventListener("click", () => act(item));
    return made;
  }
  const made = field(item, {});
  made.addEventListener("change", () => act(item, value(made)));
  return made;
}

function input(made, block, known, errors) {
  const name = `field-${block.block_id}`;
  const label = element("label", block.label.text, { for: name });
  if (block.optional) label.append(element("small", " (optional)"));
  const filled = field(block.element, known);
  filled.id = name;
  filled.dataset.block = block.block_id;
  made.append(label, filled);
  if (block.hint) made.append(element("p", block.hint.text, { class: "hint" }));
  if (errors[block.block_id]) {
    made.append(element("p", errors[block.block_id], { class: "error", role: "alert" }));
    filled.setAttribute("aria-invalid", "true");
  }
}

function field(item, known) {
  switch (item.type) {
    case "plain_text_input": return words(item);
    case "static_select": return select(item.options ?? item.option_groups.flatMap((group) => group.options), item.initial_option);
    case "users_select": return select(everybody(known), item.initial_user && { value: item.initial_user });
    case "checkboxes": case "radio_buttons": return boxes(item);
    default: return element("em", `(a field of the type ${item.type})`);
  }
}

function words(item) {
  const made = element(item.multiline ? "textarea" : "input", "", { placeholder: item.placeholder?.text ?? "", autocomplete: "off" });
  if (item.max_length) made.maxLength = item.max_length;
  made.value = item.initial_value ?? "";
  return made;
}

function everybody(known) {
  const people = Object.entries(known.users ?? {});
  return people.map(([id, user]) => ({ text: { text: user.name }, value: id }));
}

function select(options, chosen) {
  const made = element("select");
  made.append(element("option", "–", { value: "" }));
  for (const each of options) made.append(element("option", each.text.text, { value: each.value }));
  made.value = chosen?.value ?? "";
  return made;
}

function boxes(item) {
  const kind = item.type === "checkboxes" ? "checkbox" : "radio";
  const initial = new Set((item.initial_options ?? [item.initial_option]).filter(Boolean).map((each) => each.value));
  const made = element("fieldset", "", { "data-kind": kind });
  for (const each of item.options) {
    const box = element("input", "", { type: kind, value: each.value, name: item.action_id });
    box.checked = initial.has(each.value);
    const label = element("label");
    label.append(box, ` ${plain(each.text.text)}`);
    made.append(label);
  }
  return made;
}

// What a field says; null where nothing was given.
export function value(made) {
  if (made.dataset.kind) {
    const chosen = [...made.querySelectorAll("input:checked")].map((box) => box.value);
    return made.dataset.kind === "radio" ? chosen[0] ?? null : chosen;
  }
  return made.value === "" ? null : made.value;
}
