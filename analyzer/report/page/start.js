/* Starts the page: what the address says, keys, and the head of the page. */

/* ---- the address keeps filters, order, finding and step, so that a link shows the same */

let timer = 0;

function address() {
  const p = new URLSearchParams();
  if (view.words) p.set("q", view.words);
  for (const { key } of FILTERS)
    if ((view.chosen[key] || "") !== (report.atFirst[key] || "")) p.set(key, view.chosen[key] || "");
  if (view.sort !== "place" || view.down) p.set("sort", (view.down ? "-" : "") + view.sort);
  if (view.finding) p.set("finding", view.finding.key);
  if (view.step) p.set("step", view.step + 1);
  if (document.body.classList.contains("reading")) p.set("read", "1");
  return "#" + p;
}

function writeAddress() {
  clearTimeout(timer);
  if (location.hash !== address()) history.replaceState(null, "", address());
}

/* Browsers refuse many changes of the address within a second: it follows when keys come to rest. */
function rememberPlace() {
  clearTimeout(timer);
  timer = setTimeout(writeAddress, 120);
}

function readAddress(hash) {
  const p = new URLSearchParams(hash.slice(1)), sort = p.get("sort") || "place", key = sort.replace(/^-/, "");
  view.words = $("words").value = p.get("q") || "";
  for (const f of FILTERS) view.chosen[f.key] = p.has(f.key) ? p.get(f.key) : report.atFirst[f.key] || "";
  view.sort = COLUMNS.some(c => c.key === key) ? key : "place";
  view.down = sort.startsWith("-");
  document.body.classList.toggle("reading", p.get("read") === "1");
  changed();
  const named = report.findings.find(f => f.key === p.get("finding"));
  chooseFinding(named || view.rows[0] || null, Math.max(0, (parseInt(p.get("step"), 10) || 1) - 1));
}

/* ---- keys */

const KEYS = [
  ["n", "\u2192", "next step", () => moveStep(1)],
  ["p", "\u2190", "previous step", () => moveStep(-1)],
  ["j", "", "next finding", () => moveFinding(1)],
  ["k", "", "previous finding", () => moveFinding(-1)],
  ["b", "", "show or hide folded branches", toggleBranches],
  ["/", "", "to the filter", () => toWords()],
  ["c", "", "clear all filters", clearFilters],
  ["?", "", "this list", () => showKeys()],
];
const ARROWS = { ArrowRight: () => moveStep(1), ArrowLeft: () => moveStep(-1) };
const LIST_KEYS = {
  ArrowDown: () => moveFinding(1), ArrowUp: () => moveFinding(-1),
  PageDown: () => moveFinding(pageOfRows()), PageUp: () => moveFinding(-pageOfRows()),
  Home: () => moveFinding(-Infinity), End: () => moveFinding(Infinity),
  Enter: () => { document.body.classList.add("reading"); $("finding").focus(); rememberPlace(); },
};

function keyRow([names, what]) {
  return el("tr", "", el("th", "", ...names.flatMap(k => [el("kbd", "", k), " "])), el("td", "", what));
}

function showKeys() {
  const rows = [...KEYS.map(([key, other, what]) => [[key, other].filter(Boolean), what]),
    [["\u2191", "\u2193"], "previous and next finding, in the list"],
    [["Enter"], "from the list to the finding"], [["Esc"], "back to the list"]];
  $("keys").replaceChildren(el("h2", "", "Keys"), el("table", "", ...rows.map(keyRow)),
    button("", "Close", () => $("keys").close()));
  $("keys").showModal();
}

function toWords() {
  document.body.classList.remove("reading");
  $("words").focus();
  $("words").select();
}

/* Escape leaves the field for words, then the finding. */
function onEscape(e) {
  if ($("keys").open) return;
  if (e.target === $("words")) $("words").blur();
  closeFinding();
}

function actionOf(e) {
  const isList = e.target === $("grid"), typed = KEYS.find(([key]) => key === e.key);
  if (isList && LIST_KEYS[e.key]) return LIST_KEYS[e.key];
  return typed ? typed[3] : ARROWS[e.key];
}

function onKey(e) {
  if (e.ctrlKey || e.altKey || e.metaKey) return;
  if (e.key === "Escape") { onEscape(e); return; }
  if ($("keys").open || /^(INPUT|SELECT|TEXTAREA)$/.test(e.target.tagName)) return;
  const action = actionOf(e);
  if (!action) return;
  e.preventDefault();
  action();
}

/* ---- the head of the page */

function showTotals() {
  const by = s => report.findings.filter(f => f.severity === s && f.state !== "fixed").length;
  for (const s of ["error", "warning", "note"])
    if (by(s)) $("totals").append(el("span", "total", el("i", "dot " + s), plural(by(s), s)), " ");
  if (report.folder) $("totals").append(el("code", "", report.folder));
}

const TROUBLE = { partial: "partly analysed", failed: "not analysed" };

/* The files that were not analysed as a whole, and why. */
function listTrouble(list, units) {
  if (list.children.length) return;
  const why = u => ": " + [TROUBLE[u.status], ...u.messages].join("; ");
  for (const u of units) list.append(el("li", "", el("code", "", u.file), why(u)));
  if (!units.length) list.append(el("li", "", "every file was analysed as a whole"));
  list.append(el("li", "", report.tool.name + " " + report.tool.version));
}

function showRun() {
  const { files, functions } = report.summary, troubled = report.units.filter(u => u.status !== "ok");
  const parts = [plural(functions, "function") + " in " + plural(files, "file") + " checked"];
  const [summary, list] = $("run").children;
  for (const status of Object.keys(TROUBLE)) {
    const n = troubled.filter(u => u.status === status).length;
    if (n) parts.push(n + " " + TROUBLE[status]);
  }
  summary.textContent = parts.join(", ");
  $("run").ontoggle = () => listTrouble(list, troubled);
}

function start() {
  readReport(JSON.parse($("data").textContent));
  $("data").textContent = "";
  document.body.classList.toggle("compared", report.compared);
  document.title = plural(report.findings.length, "finding") + " \u2013 refwarden";
  showTotals();
  showRun();
  makeMenus();
  makeColumns();
  readAddress(location.hash);
  $("words").oninput = () => { view.words = $("words").value; changed(); };
  $("clear").onclick = clearFilters;
  $("help").onclick = showKeys;
  $("filters").onsubmit = e => e.preventDefault();
  $("grid").onscroll = () => showRows();
  addEventListener("resize", () => showRows());
  addEventListener("hashchange", e => readAddress(new URL(e.newURL).hash));
  addEventListener("beforeprint", () => showRows(true));
  addEventListener("afterprint", () => showRows());
  addEventListener("keydown", onKey);
}

start();
