/* The source of a finding: its lines with numbered steps, and the count of owned references beside them.
 *
 * Lines around steps are shown, what lies between is folded. A line stands there once; when the path comes
 * back to it, its other steps follow below. */

const NEAR = 4, FEW_LINES = 4, LONG_HEAD = 8, FEW_BRANCHES = 6;

const KEYWORDS = "auto break case char const continue default do double else enum extern float for goto if inline int long " +
  "register return short signed sizeof static struct switch typedef union unsigned void volatile while NULL bool true false";
const TOKEN = new RegExp([
  /(?<comment>\/\*.*?(?:\*\/|$)|\/\/.*$|^\s*\*(?:[ /].*)?$)/, /(?<string>"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?)/,
  /(?<directive>^\s*#\s*\w+)/, /(?<word>[A-Za-z_]\w*)/,
].map(r => r.source).join("|"), "g");
const WORD = /(?<word>[A-Za-z_]\w*)/g;
const keywords = new Set(KEYWORDS.split(" "));

function wordClass(word, object) {
  if (word === object) return "object";
  return keywords.has(word) ? "keyword" : /^_?Py/.test(word) ? "api" : "";
}

const isC = file => /\.(c|cc|cpp|cxx|h|hh|hpp|hxx|i|inc)$/i.test(file);

/* One line in colours: enough to read it by, no parser. Of what is not C only names are known, and the object's
 * own name stands out. */
function colored(text, object, inC) {
  const parts = [];
  let at = 0;
  for (const m of text.matchAll(inC ? TOKEN : WORD)) {
    const { comment, string, directive, word } = m.groups;
    const name = comment ? "comment" : string ? "string" : directive ? "directive" : wordClass(word, object);
    if (!name) continue;
    parts.push(text.slice(at, m.index), el("span", name, m[0]));
    at = m.index + m[0].length;
  }
  return [...parts, text.slice(at)];
}

/* ---- steps */

/* A finding without a path is a path of one step, which counts nothing. */
function stepsOf(f) {
  if (f.path.length) return f.path;
  return f.line ? [{ file: f.file, line: f.line, message: f.message, delta: 0, owned: 0, kind: "end" }] : [];
}

/* Whether references are counted on its path; findings about types and calls often count none. */
function isCounted(f) {
  return f.object !== "" && f.path.some(s => s.delta || s.owned || s.message === "borrowed reference");
}

const branchesOf = f => stepsOf(f).filter((s, i, all) => s.kind === "branch" && i < all.length - 1).length;

/* Like the text format: many branches are folded, the others keep their numbers. */
function shownSteps(f) {
  const steps = stepsOf(f), fold = branchesOf(f) > FEW_BRANCHES && !view.branches;
  return steps.map((s, i) => i).filter(i => !fold || steps[i].kind !== "branch" || i === steps.length - 1);
}

/* What the function owned before the step; null when the path does not say how the count came about. */
function ownedBefore(f, i) {
  const steps = stepsOf(f), s = steps[i], before = i ? steps[i - 1].owned : s.owned - s.delta;
  return before + s.delta === s.owned ? before : null;
}

/* ---- which lines */

function add(lines, line) {
  if (!lines.has(line)) lines.set(line, { steps: [], also: false });
  return lines.get(line);
}

function markedLines(f) {
  const files = new Map(), of = file => { if (!files.has(file)) files.set(file, new Map()); return files.get(file); };
  const steps = stepsOf(f);
  if (f.line && f.state !== "fixed") of(f.file);
  for (const i of shownSteps(f)) add(of(steps[i].file), steps[i].line).steps.push(i);
  for (const p of f.also) add(of(p.file), p.line).also = true;
  return files;
}

/* The lines from the function's name to the end of its parameters, and the one above when it holds the result's type. */
function headLines(f, file, known) {
  if (!f.begins || file !== f.file) return [];
  const lines = /[};/]\s*$|^\s*$|^\s*[#*]/.test(known.get(f.begins - 1) || "") ? [] : [f.begins - 1];
  for (let k = f.begins; k < f.begins + LONG_HEAD && known.has(k); k++) {
    lines.push(k);
    if (known.get(k).includes(")")) break;
  }
  return lines;
}

/* Few lines are shown rather than folded. */
function withoutSmallGaps(lines, known) {
  const all = [];
  for (const line of lines) {
    const last = all[all.length - 1];
    for (let k = last + 1; line - last <= FEW_LINES + 1 && k < line; k++) if (known.has(k)) all.push(k);
    all.push(line);
  }
  return all;
}

/* The lines around each mark that belong to the same function: not above its head, not below its closing brace. */
function nearLines(f, file, marked, known) {
  const head = headLines(f, file, known), near = new Set([...head, ...marked.keys()]);
  const least = head.length ? head[0] : 1;
  for (const line of [...marked.keys(), ...(file === f.file ? [f.line] : [])]) {
    for (let k = line; k >= line - NEAR && (k >= least || line < least); k--) near.add(k);
    for (let k = line; k <= line + NEAR; k++) {
      near.add(k);
      if (/^}/.test(known.get(k) || "")) break;
    }
  }
  return withoutSmallGaps([...near].filter(k => known.has(k) || marked.has(k)).sort((x, y) => x - y), known);
}

/* ---- drawing */

function countCell(f, i) {
  const s = stepsOf(f)[i], cell = el("span", "count");
  if (!isCounted(f)) return cell;
  if (s.delta > 0) cell.append(el("span", "plus", "+" + s.delta), " \u2192 ");
  else if (s.delta < 0) cell.append(el("span", "minus", "\u2212" + -s.delta), " \u2192 ");
  else cell.append(el("span", "dim", "\u00b7 "));
  cell.append(el("b", "", s.owned));
  return cell;
}

function stepCells(f, i) {
  const steps = stepsOf(f), last = i === steps.length - 1 ? " last" : "";
  const b = button("step " + steps[i].kind + last, i + 1, () => chooseStep(i));
  b.setAttribute("aria-label", "step " + (i + 1) + ": " + plain(steps[i].message));
  return [b, countCell(f, i), el("span", "what", steps[i].message)];
}

/* A line that is too long goes on deeper than it began. */
function hanging(code, text) {
  const blank = /^\s*/.exec(text)[0].replace(/\t/g, "    ").length;
  code.classList.add("hanging");
  code.style.setProperty("--deep", Math.min(blank + 4, 16) + "ch");
  return code;
}

function sourceLine(f, file, line, text, mark) {
  const isStep = mark && mark.steps.length > 0;
  const [badge, count, what] = isStep ? stepCells(f, mark.steps[0]) : [el("span"), el("span", "count"), el("span", "what")];
  const missing = () => [el("span", "dim", "(this line is not in the report)")];
  const parts = text === undefined ? missing() : colored(text, f.object, isC(file));
  const code = hanging(el("code", "", ...parts), text || "");
  const row = el("div", "line", el("span", "number", line), badge, code, count, what);
  if (isStep) markStep(row, f, mark.steps[0]);
  if (mark && mark.also) {
    row.classList.add("also");
    row.dataset.line = file + ":" + line;
    what.append(el("em", "", (isStep ? ", " : "") + "also lost here"));
  }
  return row;
}

function markStep(row, f, i) {
  row.dataset.step = i;
  row.classList.add("at");
  row.classList.toggle("final", i === stepsOf(f).length - 1);
  row.onclick = () => chooseStep(i);
}

function furtherStep(f, i) {
  const [badge, count, what] = stepCells(f, i);
  const row = el("div", "line again", el("span", "number"), badge, el("code"), count, what);
  markStep(row, f, i);
  return row;
}

function foldedLines(f, file, from, to, known) {
  const n = to - from + 1, whole = known.has(from) && known.has(to) && known.has(from + (n >> 1));
  const text = "\u22ef " + plural(n, "line") + (whole ? "" : " not in this report");
  if (!whole) return el("div", "fold", text);
  const b = button("", text, () => {
    const lines = [];
    for (let k = from; k <= to; k++) lines.push(sourceLine(f, file, k, known.get(k), null));
    fold.replaceWith(...lines);
  });
  const fold = el("div", "fold", b);
  return fold;
}

function drawFile(f, file, marked) {
  const known = report.sources.get(file) || new Map(), rows = [];
  let last = 0;
  for (const line of nearLines(f, file, marked, known)) {
    if (last && line > last + 1) rows.push(foldedLines(f, file, last + 1, line - 1, known));
    rows.push(sourceLine(f, file, line, known.get(line), marked.get(line)));
    for (const i of marked.has(line) ? marked.get(line).steps.slice(1) : []) rows.push(furtherStep(f, i));
    last = line;
  }
  return rows;
}

function drawSource(f) {
  const head = el("div", "line head", el("span", "number", "line"), el("span", "", "step"), el("span", "", "source"),
    el("span", "count", isCounted(f) ? "owned" : ""), el("span", "what", "what happens"));
  const parts = [head];
  for (const [file, marked] of markedLines(f)) {
    if (file !== f.file || parts.length > 1) parts.push(el("div", "file", file));
    parts.push(...drawFile(f, file, marked));
  }
  const none = f.state === "fixed" ? "It is gone: there is no source to show." : "It belongs to no line.";
  if (parts.length === 1) return el("p", "dim", none);
  const source = el("div", "source", ...parts);
  source.style.setProperty("--digits", String(Math.max(0, ...stepsOf(f).map(s => s.line))).length);
  return source;
}
