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
  const does = now.owned === 0 && now.borrowed ? " borrows " : " owns " + plural(now.owned, "reference") + " to ";
  const given = now.takers.map(t => "; " + t + " took one").join("");
  return holder + does + f.object + given + (now.life ? "; it is " + now.life : "") + ". " + now.said;
}

/* ---- boxes and arrows */

function box(x, y, w, h, className) {
  return svg("rect", { x, y, width: w, height: h, rx: 6, class: "box " + className });
}

function arrow(x1, y1, x2, y2, className) {
  const angle = Math.atan2(y2 - y1, x2 - x1);
  const barb = turn => (x2 - 7 * Math.cos(angle + turn)).toFixed(1) + "," + (y2 - 7 * Math.sin(angle + turn)).toFixed(1);
  return svg("g", { class: "arrow " + className }, svg("line", { x1, y1, x2, y2 }),
    svg("polyline", { points: barb(-0.45) + " " + x2 + "," + y2 + " " + barb(0.45), fill: "none" }));
}

/* One arrow a reference; what this step took or gave up is coloured. */
function ownArrows(now) {
  const lost = Math.max(0, -now.change), all = now.owned + lost, n = Math.min(all, MOST_ARROWS), parts = [];
  for (let i = 0; i < n; i++) {
    const y = 58 + (i - (n - 1) / 2) * 13, name = i >= n - lost ? "lost" : i >= n - now.change ? "new" : "";
    parts.push(arrow(154, y, 208, y, name));
  }
  if (all === 0 && now.borrowed) parts.push(arrow(154, 58, 208, 58, "borrowed"), label(181, 50, "borrowed", "middle dim"));
  if (all > MOST_ARROWS) parts.push(label(181, 96, "\u00d7 " + all, "middle"));
  return parts;
}

function changeLabel(now) {
  if (!now.change) return [];
  const sign = now.change > 0 ? "+" : "\u2212";
  return [label(181, 14, sign + Math.abs(now.change), "middle change " + (now.change > 0 ? "plus" : "minus"))];
}

function holderBox(f, now) {
  const title = now.field ? "an instance" : f.function ? f.function + "()" : "this code";
  const owns = now.owned ? "owns " + now.owned : now.borrowed ? "borrows" : "owns none";
  return [box(8, 18, 146, 80, ""), label(18, 38, title, "strong", 17),
    label(18, 62, (now.field ? "." : "") + f.object, "mono", 17), label(18, 86, owns, "dim")];
}

function objectBox(now) {
  return [box(210, 18, 102, 80, "object" + (now.isLast ? " wrong" : "") + (now.life ? " gone" : "")),
    label(261, 38, now.thing, "middle strong"), label(261, 70, String(now.owned), "middle number"),
    label(261, 88, now.life || "owned here", "middle dim")];
}

function takerBox(taker, x, width, to, isNew) {
  const middle = x + width / 2;
  return [box(x, 132, width, 38, "taker"), label(middle, 148, taker, "middle strong", Math.floor(width / 8.2)),
    label(middle, 163, "took one", "middle dim"), arrow(middle + 20, 132, to, 100, isNew ? "new" : "")];
}

/* The last two; the newest is coloured while its step is shown. */
function takerBoxes(now) {
  const shown = now.takers.slice(-2), more = now.takers.length - shown.length, last = shown.length - 1;
  const isNew = now.change < 0 && /^given away/.test(now.said);
  const parts = shown.flatMap((taker, i) => last === 0 ? takerBox(taker, 112, 200, 246, isNew)
    : takerBox(taker, 8 + i * 156, 148, 246 + i * 28, isNew && i === last));
  if (more > 0) parts.push(label(160, 186, "and " + more + " more", "middle dim"));
  return parts;
}

function drawPicture(f, step) {
  if (!isCounted(f)) return el("p", "dim", "No count of references takes part in this finding.");
  const now = holdingsAt(f, step), height = now.takers.length > 2 ? 194 : now.takers.length ? 178 : 108;
  return svg("svg", { viewBox: "0 0 320 " + height, role: "img", "aria-label": plain(inWords(f, now)) },
    ...holderBox(f, now), ...objectBox(now), ...ownArrows(now), ...changeLabel(now), ...takerBoxes(now));
}
