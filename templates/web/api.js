// Talks to the server: every error comes out as one sentence.
import { state } from "./state.js";

const WAIT = 15000;

export class Failed extends Error {
  constructor(sentence, { status = 0 } = {}) {
    super(sentence);
    this.status = status;
  }

  // Trying the same delivery again is right: it may not have arrived.
  get again() {
    return this.status === 0 || this.status >= 500 || this.status === 429;
  }
}

export const get = (path) => ask("GET", path);
export const post = (path, body) => ask("POST", path, body);
export const patch = (path, body) => ask("PATCH", path, body);
export const remove = (path, body) => ask("DELETE", path, body);

async function ask(method, path, body) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") {
    headers["Content-Type"] = "application/json";
    headers["X-CSRF-Token"] = state.csrf;
  }
  let response;
  try {
    const signal = AbortSignal.timeout ? AbortSignal.timeout(WAIT) : undefined;
    response = await fetch(path, { method, headers, body: body && JSON.stringify(body), signal });
  } catch {
    throw new Failed("No connection to Sitrep.");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw new Failed(answer.error || "Sitrep could not answer.", { status: response.status });
  }
  return answer;
}
