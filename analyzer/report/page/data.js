/* The report's data, and which findings are shown in which order.
 *
 * Whatever comes from a source file reaches the page through el() or svg(): as text, never as markup, and
 * with characters that are invisible or reorder a line written out. */

const RANK = { error: 3, warning: 2, note: 1, high: 3, medium: 2, low: 1 };
const report = { findings: [], sources: new Map(), rules: {}, compared: false };
const view = {
  words: "", chosen: {}, sort: "place", down: false, rows: [], /* the list: chosen has a value for each filter in use */
  finding: null, step: 0, branches: false, explained: false, /* branches, explained: unfolded */
};

const $ = id => document.getElementById(id);

function plain(text) {
  const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
  return String(text).replace(unseen, c => "\\u{" + c.charCodeAt(0).toString(16).padStart(4, "0") + "}");
}

/* An element with a class and content: texts and other elements. */
function el(tag, className, ...content) {
  const e = document.createElement(tag);
  if (className) e.className = className;
  e.append(...content.map(c => c instanceof Node ? c : plain(c)));
  return e;
}

function button(className, content, action) {
  const b = el("button", className, content);
  b.type = "button";
  b.onclick = action;
  return b;
}

const plural = (n, what) => n.toLocaleString("en") + " " + what + (n === 1 ? "" : "s");

/* "src/a/b.c": "src/a/", "src/a/b.c" when all files are in src/ */
function foldersOf(file) {
  const all = [];
  for (let i = file.indexOf("/", report.folder.length); i >= 0; i = file.indexOf("/", i + 1)) all.push(file.slice(0, i + 1));
  return [...all, file];
}

/* What all files begin with says nothing in a list. */
function commonFolder(files) {
  let common = files.length ? files[0].slice(0, files[0].lastIndexOf("/") + 1) : "";
  for (const f of files)
    while (!f.startsWith(common)) common = common.slice(0, common.lastIndexOf("/", common.length - 2) + 1);
  return common;
}

const COLUMNS = [
  { key: "severity", label: "Severity", order: f => -RANK[f.severity] },
  { key: "rule", label: "Rule", order: f => f.rule },
  { key: "place", label: "Place", order: f => f.index },
  { key: "function", label: "Function", order: f => f.function },
  { key: "object", label: "Object", order: f => f.object },
  { key: "message", label: "Message", order: f => f.message },
  { key: "confidence", label: "Confidence", order: f => -RANK[f.confidence] },
  { key: "state", label: "State", order: f => f.state },
];

const FILTERS = [
  { key: "severity", label: "Severity", order: v => -RANK[v], of: f => [f.severity] },
  { key: "rule", label: "Rule", of: f => [f.rule], text: (v, f) => v + " " + f.name },
  { key: "confidence", label: "Confidence", order: v => -RANK[v], of: f => [f.confidence] },
  { key: "in", label: "File", of: f => foldersOf(f.file), text: v => v.slice(report.folder.length) },
  { key: "tag", label: "Tag", of: f => report.tags.map(t => f.tags.includes(t) ? t : "not " + t) },
  { key: "state", label: "State", of: f => f.state ? [f.state] : [] },
];

function prepare(f, i, seen) {
  const again = seen.get(f.fingerprint) || 0;
  seen.set(f.fingerprint, again + 1);
  f.index = i;
  f.key = again ? f.fingerprint + "." + again : f.fingerprint;
  f.values = {};
  for (const filter of FILTERS) f.values[filter.key] = filter.of(f);
  f.haystack = [f.rule, f.name, f.severity, f.file + ":" + f.line, f.function + "()", f.object, f.message]
    .join("\n").toLowerCase();
}

function readReport(data) {
  Object.assign(report, { findings: data.findings, rules: data.rules, units: data.units, summary: data.summary,
    tool: data.tool, compared: data.is_compared });
  report.folder = commonFolder(data.findings.map(f => f.file));
  report.tags = [...new Set(data.findings.flatMap(f => f.tags))].sort();
  for (const { file, runs } of data.sources) {
    const lines = new Map();
    for (const [first, texts] of runs) texts.forEach((text, i) => lines.set(first + i, text));
    report.sources.set(file, lines);
  }
  const seen = new Map();
  data.findings.forEach((f, i) => prepare(f, i, seen));
  if (report.compared && report.findings.some(f => f.state === "new")) view.chosen.state = "new";
  report.atFirst = { ...view.chosen };
}

/* ---- which are shown */

function passes(f, except) {
  for (const { key } of FILTERS)
    if (key !== except && view.chosen[key] && !f.values[key].includes(view.chosen[key])) return false;
  return true;
}

function hasWords(f, words) {
  return words.every(w => f.haystack.includes(w));
}

const collator = new Intl.Collator("en", { numeric: true });

function sortRows(rows) {
  const order = COLUMNS.find(c => c.key === view.sort).order, sign = view.down ? -1 : 1;
  const compare = (x, y) => typeof x === "number" ? x - y : collator.compare(x || "", y || "");
  return rows.map(f => [order(f), f]).sort((x, y) => sign * compare(x[0], y[0]) || x[1].index - y[1].index).map(x => x[1]);
}

/* Sets view.rows; returns for each filter how many findings each of its values would leave. */
function chooseRows() {
  const words = view.words.toLowerCase().split(/\s+/).filter(Boolean);
  const found = report.findings.filter(f => hasWords(f, words)), counts = {};
  view.rows = sortRows(found.filter(f => passes(f)));
  for (const { key } of FILTERS) {
    counts[key] = new Map();
    for (const f of found)
      if (passes(f, key))
        for (const v of f.values[key]) counts[key].set(v, (counts[key].get(v) || 0) + 1);
  }
  return counts;
}
