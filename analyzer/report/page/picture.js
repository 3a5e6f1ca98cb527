/* A picture of the finding's object at one step: who holds how many references to it.
 *
 * It shows what the path says and nothing else: the references that the function owns, those that it gave
 * away on this path and to whom, and whether it only borrowed. References of others are not drawn. */

const MOST_ARROWS = 4;

function svg(tag, attributes, ...content) {
  const e = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, value);
  e.append(...content.map(c => c instanceof Node ? c : plain(c)));
  return e;
}

const cut = (text, n) => text.length > n ? text.slice(0, n - 1) + "\u2026" : text;

function label(x, y, text, className, width) {
  return svg("text", { x, y, class: className || "" }, cut(text, width || 40), svg("title", {}, text));
}

/* ---- what the path says */

function holdingsAt(f, last) {
  const steps = stepsOf(f), now = { owned: 0, borrowed: false, takers: [], field: false, life: "", thing: "object" };
  for (let i = 0; i <= last; i++) {
    const { message, delta, owned } = steps[i], given = /^given away to (.+)$/.exec(message);
    now.owned = owned;
    if (given && delta < 0) now.takers.push(given[1]);
    if (message === "borrowed reference") now.borrowed = true;
    if (message === "kept in the field") now.field = true;
    if (/\bbuffer\b/.test(message)) now.thing = "buffer";
    if (/\bmemory is allocated\b/.test(message)) now.thing = "memory";
  }
  const said = steps[last].message;
  now.life = /perhaps gone/.test(said) ? "perhaps gone" : /^(gone|dead)$|last reference is gone/.test(said) ? "gone" : "";
  const before = ownedBefore(f, last);
  now.change = before === null ? 0 : now.owned - before;
  now.isLast = last === steps.length - 1;
  now.said = said;
  return now;
}

function inWords(f, now) {
  const holder = now.field ? "The field" : f.function ? f.function + "()" : "The function";
  const owns = holder + (now.owned === 0 && now.borrowed ? " borrows " : " owns " + plural(now.owned, "reference") + " to ") + f.object;
  const given = now.takers.map(t => "; " + t + " took one").join("");
  return owns + given + (now.life ? "; it is " + now.life : "") + ". " + now.said;
}

/* ---- boxes and arrows */

function box(x, y, w, h, className) {
  return svg("rect", { x, y, width: w, height: h, rx: 6, class: "box " + className });
}

function arrow(x1, y1, x2, y2, className) {
  const angle = Math.atan2(y2 - y1, x2 - x1), at = a => (x2 - 7 * Math.cos(angle + a)).toFixed(1) + "," + (y2 - 7 * Math.sin(angle + a)).toFixed(1);
  return svg("g", { class: "arrow " + className }, svg("line", { x1, y1, x2, y2 }),
    svg("polyline", { points: at(-0.45) + " " + x2 + "," + y2 + " " + at(0.45), fill: "none" }));
}

/* One arrow a reference; what this step took or gave up is coloured. */
function ownArrows(now) {
  const lost = now.change < 0 ? -now.change : 0, n = Math.min(now.owned + lost, MOST_ARROWS), parts = [];
  for (let i = 0; i < n; i++) {
    const y = 58 + (i - (n - 1) / 2) * 13, gone = i >= n - lost;
    parts.push(arrow(154, y, 208, y, gone ? "lost" : i >= n - now.change ? "new" : ""));
  }
  if (now.owned === 0 && lost === 0 && now.borrowed) parts.push(arrow(154, 58, 208, 58, "borrowed"), label(181, 50, "borrowed", "middle dim"));
  if (now.owned + lost > MOST_ARROWS) parts.push(label(181, 96, "\u00d7 " + (now.owned + lost), "middle"));
  return parts;
}

function holderBox(f, now) {
  const title = now.field ? "an instance" : f.function ? f.function + "()" : "this code";
  return [box(8, 18, 146, 80, "holder"), label(18, 38, title, "strong", 17),
    label(18, 62, (now.field ? "." : "") + f.object, "mono", 17), label(18, 86, now.owned ? "owns " + now.owned : now.borrowed ? "borrows" : "owns none", "dim")];
}

function objectBox(now) {
  const wrong = now.isLast ? " wrong" : "", gone = now.life ? " gone" : "";
  return [box(210, 18, 102, 80, "object" + wrong + gone), label(261, 38, now.life ? now.thing + ": " + now.life : now.thing, "middle strong"),
    label(261, 70, String(now.owned), "middle number"), label(261, 88, "owned here", "middle dim")];
}

function takerBoxes(now) {
  const shown = now.takers.slice(-2), more = now.takers.length - shown.length;
  const parts = shown.flatMap((taker, i) => {
    const w = shown.length === 1 ? 200 : 148, x = shown.length === 1 ? 112 : 8 + i * 156, isNew = now.change < 0 && /^given/.test(now.said) && i === shown.length - 1;
    return [box(x, 132, w, 38, "taker"), label(x + w / 2, 148, taker, "middle strong", w / 8.2 | 0), label(x + w / 2, 163, "took one", "middle dim"),
      arrow(x + w / 2 + 20, 132, 246 + i * 28, 100, isNew ? "new" : "")];
  });
  if (more > 0) parts.push(label(160, 186, "and " + more + " more", "middle dim"));
  return parts;
}

function drawPicture(f, step) {
  if (!isCounted(f)) return el("p", "dim", "No count of references takes part in this finding.");
  const now = holdingsAt(f, step), height = now.takers.length > 2 ? 194 : now.takers.length ? 178 : 108;
  const change = now.change ? [label(181, 14, (now.change > 0 ? "+" : "\u2212") + Math.abs(now.change), "middle change " + (now.change > 0 ? "plus" : "minus"))] : [];
  return svg("svg", { viewBox: "0 0 320 " + height, role: "img", "aria-label": plain(inWords(f, now)) },
    ...holderBox(f, now), ...objectBox(now), ...ownArrows(now), ...change, ...takerBoxes(now));
}
