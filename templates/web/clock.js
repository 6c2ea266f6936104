// Countdowns, by the server's time: the demo's may be hours ahead of this device.
import { $, all, state } from "./state.js";

let offset = Date.parse(state.now) - Date.now();
const SOON = 5 * 60;

export function startClock() {
  tick();
  setInterval(tick, 1000);
}

export function setNow(iso) {
  offset = Date.parse(iso) - Date.now();
  tick();
}

export function now() {
  return Date.now() + offset;
}

export function tick() {
  for (const element of all("[data-due]")) show(element);
  const clock = $("[data-now]");
  if (clock) setText(clock, clockFace());
}

function show(element) {
  const seconds = Math.round((Date.parse(element.dataset.due) - now()) / 1000);
  setText(element, until(seconds));
  element.classList.toggle("soon", seconds >= 0 && seconds < SOON);
  element.classList.toggle("late", seconds < 0);
}

// The same words as `until` in dialect.py.
function until(seconds) {
  const [word, left] = seconds >= 0 ? ["in", seconds] : ["overdue", -seconds];
  if (left >= 3600) return `${word} ${Math.floor(left / 3600)} h ${pad(Math.floor((left % 3600) / 60))} min`;
  return `${word} ${Math.floor(left / 60)}:${pad(left % 60)}`;
}

function clockFace() {
  const format = { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false, timeZone: state.zone };
  return new Date(now()).toLocaleTimeString("en-GB", { ...format, timeZoneName: "short" });
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const pad = (number) => String(number).padStart(2, "0");
