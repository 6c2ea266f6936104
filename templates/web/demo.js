// The demo's time moves without a reload; changing places loads the page anew, as somebody else.
import { setNow } from "./clock.js";
import { refreshRail } from "./paged.js";
import { $, state } from "./state.js";

export function startDemo() {
  $("[data-advance]")?.addEventListener("submit", advance);
}

async function advance(event) {
  event.preventDefault();
  const body = new URLSearchParams({ minutes: event.submitter.value });
  event.submitter.disabled = true;
  const headers = { "X-CSRF-Token": state.csrf };
  const response = await fetch("/demo/advance", { method: "POST", headers, body }).catch(() => null);
  event.submitter.disabled = false;
  if (response?.ok) setNow((await response.json()).now);
  refreshRail();
}
