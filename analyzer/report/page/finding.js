/* The chosen finding: what is wrong, the steps beside the code, the picture, how to repair or ignore it. */

const WHEN = {
  "needs-allocation-failure": "only when an allocation fails",
  "init-only": "only at module initialisation",
  "test-code": "test code",
};

function facts(f) {
  const place = p => el("code", "place", p.file + (p.line ? ":" + p.line + ":" + p.column : "")), list = [place(f)];
  if (f.function) list.push(el("span", "", "in ", el("code", "", f.function + "()")));
  if (f.generated) list.push(el("span", "", "in C: ", place(f.generated)));
  list.push(el("span", "", "confidence: " + f.confidence));
  for (const t of f.tags) list.push(el("span", "tag", WHEN[t] || t));
  if (f.state) list.push(el("span", "tag state-" + f.state, f.state));
  return el("p", "facts", ...list);
}

/* Narrow screens only: there the list is out of sight. */
function strip() {
  const previous = button("", "\u2191", () => moveFinding(-1)), next = button("", "\u2193", () => moveFinding(1));
  previous.setAttribute("aria-label", "previous finding");
  next.setAttribute("aria-label", "next finding");
  return el("nav", "strip", button("", "\u2190 List", closeFinding), previous, next);
}

function title(f) {
  return el("div", "title", el("h2", "", el("span", "badge " + f.severity, f.severity), " ", f.message),
    el("span", "rule", el("b", "", f.rule), " " + f.name));
}

function stepBar(f) {
  const previous = button("", "\u2190", () => moveStep(-1)), next = button("", "\u2192", () => moveStep(1));
  previous.id = "previous";
  next.id = "next";
  previous.setAttribute("aria-label", "previous step");
  next.setAttribute("aria-label", "next step");
  const said = el("output", "said");
  said.id = "said";
  const bar = el("div", "bar", previous, next, said), n = branchesOf(f);
  bar.hidden = !f.path.length;
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", "Steps");
  if (n > FEW_BRANCHES) {
    const b = button("branches", (view.branches ? "Hide " : "Show ") + n + " branches", toggleBranches);
    b.setAttribute("aria-pressed", view.branches);
    bar.append(b);
  }
  return bar;
}

/* ---- beside the source */

function part(heading, ...content) {
  return el("section", "part", el("h3", "", heading), ...content);
}

function alsoPart(f) {
  if (!f.also.length) return [];
  const name = p => (p.file === f.file ? "line " : p.file + ":") + p.line;
  return [part("Also lost at", el("p", "places", ...f.also.map(p => button("", name(p), () => scrollToLine(p)))))];
}

function scrollToLine(p) {
  const line = [...document.querySelectorAll("#finding .line.also")].find(row => row.dataset.line === p.file + ":" + p.line);
  if (line) line.scrollIntoView({ block: "center" });
}

function fixPart(f) {
  if (!f.advice && !f.fixes.length) return [];
  return [part("Fix", ...(f.advice ? [el("p", "", f.advice)] : []), ...f.fixes.map(drawFix))];
}

function explainPart(f) {
  const page = report.rules[f.rule];
  if (!page) return [];
  const details = el("details", "explain", el("summary", "", "What " + f.rule + " means"));
  details.open = view.explained;
  details.ontoggle = () => {
    view.explained = details.open;
    if (details.open && details.children.length === 1) details.append(...explainPage(page));
  };
  return [details];
}

function ignorePart(f) {
  const words = "refwarden: ignore[" + f.rule + "] why", comment = f.generated ? "# " + words : "/* " + words + " */";
  const where = "At the end of line " + f.line + ", or alone on the line above:";
  return f.function && f.state !== "fixed" ? [part("Not a bug?", el("p", "", where), el("pre", "", comment))] : [];
}

function drawFinding() {
  const f = view.finding, pane = $("finding");
  if (!f) {
    pane.replaceChildren(el("p", "dim", "Nothing was found."));
    return;
  }
  const picture = el("section", "part picture");
  picture.id = "picture";
  const aside = el("aside", "", ...fixPart(f), ...alsoPart(f), ...ignorePart(f), ...explainPart(f),
    el("p", "dim mark", "fingerprint ", el("code", "", f.fingerprint)));
  pane.replaceChildren(strip(), title(f), facts(f),
    el("div", "body", el("div", "code", stepBar(f), drawSource(f)), el("div", "side", picture, aside)));
  pane.scrollTop = 0;
  drawStep();
}

/* ---- steps */

function drawStep() {
  const f = view.finding, steps = stepsOf(f), shown = shownSteps(f), i = view.step;
  if (!steps.length) { $("picture").hidden = true; return; }
  const heading = isCounted(f) ? "References at step " + (i + 1) : "References";
  $("picture").replaceChildren(el("h3", "", heading), drawPicture(f, i));
  const owned = isCounted(f) ? ", owned: " + steps[i].owned : "";
  $("said").replaceChildren(el("b", "", "Step " + (i + 1) + " of " + steps.length), plain(" " + steps[i].message + owned));
  $("previous").disabled = i === shown[0];
  $("next").disabled = i === shown[shown.length - 1];
  for (const row of document.querySelectorAll("#finding .line[data-step]")) {
    const isNow = Number(row.dataset.step) === i;
    row.classList.toggle("now", isNow);
    if (isNow) row.setAttribute("aria-current", "step");
    else row.removeAttribute("aria-current");
  }
}

/* Several steps may stand on one line, so the row of the step itself is looked for. */
function scrollToStep() {
  const row = document.querySelector("#finding .line.now");
  if (row) row.scrollIntoView({ block: "nearest" });
}

function chooseStep(i) {
  view.step = i;
  drawStep();
  scrollToStep();
  rememberPlace();
}

function moveStep(by) {
  if (!view.finding) return;
  const shown = shownSteps(view.finding), to = shown.indexOf(view.step) + by;
  if (shown.length) chooseStep(shown[Math.max(0, Math.min(shown.length - 1, to))]);
}

function toggleBranches() {
  if (!view.finding || branchesOf(view.finding) <= FEW_BRANCHES) return;
  view.branches = !view.branches;
  if (!shownSteps(view.finding).includes(view.step)) view.step = shownSteps(view.finding).find(i => i > view.step);
  drawFinding();
  scrollToStep();
}

/* ---- which finding */

function chooseFinding(f, step) {
  view.finding = f;
  view.step = f ? Math.min(step || 0, Math.max(0, stepsOf(f).length - 1)) : 0;
  view.branches = f !== null && !shownSteps(f).includes(view.step);
  drawFinding();
  const at = view.rows.indexOf(f);
  if (at >= 0) scrollToRow(at);
  showRows();
  if (step) scrollToStep();
  rememberPlace();
}

const isNarrow = () => getComputedStyle($("list")).display === "none";

/* On a narrow screen the list or the finding is there, not both, and the browser's way back leads to the list. */
function openFinding(f) {
  writeAddress();
  document.body.classList.add("reading");
  chooseFinding(f);
  if (isNarrow()) history.pushState(null, "", address());
}

function closeFinding() {
  document.body.classList.remove("reading");
  showRows();
  $("grid").focus();
  rememberPlace();
}
