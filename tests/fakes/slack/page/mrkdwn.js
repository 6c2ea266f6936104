// Slack's markup as elements. Nothing here ever becomes HTML by way of a string.

const ESCAPES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };
const EMOJI = {
  white_check_mark: "✅", pushpin: "📌", eyes: "👀", thumbsup: "👍", "+1": "👍", warning: "⚠️", rotating_light: "🚨",
};
const TOKEN = /```([^]+?)```|`([^`\n]+)`|<([^<>\n]+)>|(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])|(?<![\w_])_(?=\S)([^_\n]+?)(?<=\S)_(?![\w_])|(?<![\w~])~(?=\S)([^~\n]+?)(?<=\S)~(?![\w~])|:([a-z0-9_+-]+):/g;

export function element(name, words = "", attributes = {}) {
  const made = document.createElement(name);
  if (words) made.append(words);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

export const emoji = (name) => EMOJI[name] ?? `:${name}:`;
export const plain = (text) => text.replace(/&(?:lt|gt|amp);/g, (found) => ESCAPES[found]);

export function mrkdwn(text, known) {
  const whole = document.createDocumentFragment();
  let quote = null;
  for (const [number, line] of splitLines(text).entries()) {
    const quoted = /^(?:&gt;|>) ?/.exec(line);
    if (quoted) {
      if (!quote) whole.append(quote = element("blockquote"));
      else quote.append(element("br"));
      quote.append(inline(line.slice(quoted[0].length), known));
      continue;
    }
    if (number && !quote) whole.append(element("br"));
    quote = null;
    whole.append(inline(line, known));
  }
  return whole;
}

// A fenced block keeps its own lines.
function splitLines(text) {
  const fenced = [];
  const held = text.replace(/```[^]+?```/g, (found) => `\u0000${fenced.push(found) - 1}\u0000`);
  return held.split("\n").map((line) => line.replace(/\u0000(\d+)\u0000/g, (_, number) => fenced[number]));
}

function inline(text, known) {
  const out = document.createDocumentFragment();
  let end = 0;
  for (const found of text.matchAll(TOKEN)) {
    out.append(plain(text.slice(end, found.index)), token(found, known));
    end = found.index + found[0].length;
  }
  out.append(plain(text.slice(end)));
  return out;
}

function token([whole, fence, code, live, bold, italic, struck, face], known) {
  if (fence) return element("pre", plain(fence).replace(/^\n/, ""));
  if (code) return element("code", plain(code));
  if (live) return reference(live, known);
  if (face) return EMOJI[face] ?? whole;
  const made = element(bold ? "b" : italic ? "i" : "s");
  made.append(inline(bold ?? italic ?? struck, known));
  return made;
}

function reference(live, known) {
  const [target, label] = live.split("|", 2);
  if (target.startsWith("@")) {
    return element("span", `@${known.users[target.slice(1)]?.name ?? label ?? target.slice(1)}`, { class: "mention" });
  }
  if (target.startsWith("#")) {
    const room = known.rooms.find((each) => each.id === target.slice(1));
    const name = `#${room?.name ?? label ?? "private channel"}`;
    return room ? element("a", name, { href: "#", "data-room": room.id, class: "mention" }) : element("span", name, { class: "mention" });
  }
  if (target.startsWith("!date")) return element("span", plain(label ?? ""));
  if (target.startsWith("!")) return element("span", `@${target.slice(1)}`, { class: "mention" });
  if (/^(?:https?|mailto):/.test(target)) {
    return element("a", plain(label ?? target), { href: plain(target), target: "_blank", rel: "noreferrer noopener" });
  }
  return plain(`<${live}>`);
}
