// Completion: commands, people, roles, stages and severities, by arrows and Tab or Enter; Esc puts it away.
import { get } from "./api.js";

export function startChoices(box, list) {
  const choices = new Choices(box, list);
  box.addEventListener("input", () => choices.ask());
  box.addEventListener("blur", () => setTimeout(() => choices.close(), 150));
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choices.take([...list.children].indexOf(option));
  });
  return choices;
}

class Choices {
  constructor(box, list) {
    this.box = box;
    this.list = list;
    this.found = [];
    this.at = -1;
    this.asked = 0;
  }

  async ask() {
    const typed = this.box.value.slice(0, this.box.selectionStart);
    const person = this.box.dataset.person !== undefined;
    const number = ++this.asked;
    if (!person && !/(^[!/]|(^|\s)@)\S*$|^[!/]\S+\s+(\S+\s+)?\S*$/.test(typed.split("\n").at(-1))) return this.close();
    const found = await get(`/api/complete?${person ? "kind=person&" : ""}q=${encodeURIComponent(typed.split("\n").at(-1))}`)
      .catch(() => []);
    if (number === this.asked && document.activeElement === this.box) this.show(found);
  }

  show(found) {
    const whole = found.length === 1 && this.word() === found[0].text;
    if (!found.length || whole) return this.close();
    this.found = found;
    this.list.replaceChildren(...found.map((choice, index) => this.option(choice, index)));
    this.list.hidden = false;
    this.box.setAttribute("aria-expanded", "true");
    this.move(0);
  }

  option(choice, index) {
    const option = document.createElement("div");
    option.id = `${this.list.id}-${index}`;
    option.setAttribute("role", "option");
    const text = Object.assign(document.createElement("b"), { textContent: choice.text });
    const label = Object.assign(document.createElement("span"), { textContent: choice.label });
    option.append(text, " ", label);
    return option;
  }

  move(to) {
    this.at = (to + this.found.length) % this.found.length;
    [...this.list.children].forEach((option, index) => option.setAttribute("aria-selected", String(index === this.at)));
    this.list.children[this.at].scrollIntoView({ block: "nearest" });
    this.box.setAttribute("aria-activedescendant", `${this.list.id}-${this.at}`);
  }

  // Answers whether the key was for the list.
  onKey(event) {
    if (this.list.hidden || event.isComposing) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.move(this.at + step);
    else if (event.key === "Tab" || (event.key === "Enter" && this.adds())) this.take(this.at);
    else if (event.key === "Escape") this.close();
    else return false;
    event.preventDefault();
    return true;
  }

  // Enter sends when the word is already there.
  adds() {
    return this.found[this.at].text.toLowerCase() !== this.word().toLowerCase();
  }

  word() {
    return this.box.value.slice(0, this.box.selectionStart).split(/\s/).at(-1);
  }

  take(index) {
    const end = this.box.selectionStart;
    const start = end - this.word().length;
    const text = this.found[index].text + (this.box.dataset.person === undefined ? " " : "");
    this.box.setRangeText(text, start, end, "end");
    this.close();
    this.box.focus();
    this.box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  close() {
    this.asked++;
    this.list.hidden = true;
    this.box.setAttribute("aria-expanded", "false");
    this.box.removeAttribute("aria-activedescendant");
  }
}
