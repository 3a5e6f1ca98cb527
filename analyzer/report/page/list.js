/* The list and its filters. Only the rows in sight exist; each has the height that --row says. */

const MORE = 6; /* rows beyond the visible ones, so that scrolling shows no gaps */

/* ---- filters */

function makeMenus() {
  for (const filter of FILTERS) {
    const texts = new Map();
    for (const f of report.findings)
      for (const v of f.values[filter.key]) if (!texts.has(v)) texts.set(v, filter.text ? filter.text(v, f) : v);
    if (texts.size < 2) continue;
    const values = [...texts.keys()].sort((x, y) => filter.order ? filter.order(x) - filter.order(y) : x < y ? -1 : 1);
    const select = el("select"), label = el("label", "", el("span", "", filter.label), select);
    select.id = "filter-" + filter.key;
    for (const v of ["", ...values]) {
      const option = el("option");
      option.value = v;
      option.dataset.text = v ? texts.get(v) : "any";
      select.append(option);
    }
    select.onchange = () => { view.chosen[filter.key] = select.value; changed(); };
    $("menus").append(label);
  }
}

function showMenus(counts) {
  for (const { key } of FILTERS) {
    const select = $("filter-" + key);
    if (!select) continue;
    for (const o of select.options) {
      const n = counts[key].get(o.value) || 0;
      o.textContent = plain(o.dataset.text) + (o.value ? " (" + n + ")" : "");
      o.disabled = o.value !== "" && n === 0;
    }
    select.value = view.chosen[key] || "";
    select.classList.toggle("on", select.value !== "");
  }
  $("words").classList.toggle("on", view.words !== "");
}

function clearFilters() {
  view.words = $("words").value = "";
  view.chosen = {};
  changed();
}

/* ---- columns */

function sortBy(key) {
  view.down = view.sort === key && !view.down;
  view.sort = key;
  changed();
  $("grid").scrollTop = 0;
  showRows();
}

function shownColumns() {
  return COLUMNS.filter(c => c.key !== "state" || report.compared);
}

function makeColumns() {
  for (const c of shownColumns()) {
    const head = el("span", "cell " + c.key, button("", c.label, () => sortBy(c.key)));
    head.setAttribute("role", "columnheader");
    head.dataset.key = c.key;
    $("columns").append(head);
  }
  $("grid").setAttribute("aria-colcount", shownColumns().length);
}

function showColumns() {
  for (const head of $("columns").children)
    head.setAttribute("aria-sort", head.dataset.key !== view.sort ? "none" : view.down ? "descending" : "ascending");
}

/* ---- rows */

const rowHeight = () => parseFloat(getComputedStyle($("space")).getPropertyValue("--row"));

/* The folder may be cut, the name and the line may not. */
function placeCell(f) {
  const file = f.file.slice(report.folder.length), slash = file.lastIndexOf("/") + 1;
  return [el("span", "folder", file.slice(0, slash)), el("span", "", file.slice(slash) + (f.line ? ":" + f.line : ""))];
}

function cellContent(f, key) {
  switch (key) {
  case "severity": return [el("i", "dot " + f.severity), f.severity];
  case "rule": return [el("b", "", f.rule), " ", el("span", "name", f.name)];
  case "place": return placeCell(f);
  case "function": return [f.function ? f.function + "()" : ""];
  default: return [f[key] || ""];
  }
}

function makeRow(f, i) {
  const row = el("div", "row" + (f === view.finding ? " now" : ""));
  row.id = "row-" + i;
  row.setAttribute("role", "row");
  row.setAttribute("aria-rowindex", i + 2);
  row.setAttribute("aria-selected", f === view.finding);
  row.style.top = "calc(" + i + " * var(--row))";
  for (const { key } of shownColumns()) {
    const cell = el("span", "cell " + key, ...cellContent(f, key));
    cell.setAttribute("role", "gridcell");
    cell.title = key === "place" ? plain(f.file) : cell.textContent;
    row.append(cell);
  }
  row.onclick = () => openFinding(f);
  return row;
}

function showRows(all) {
  const grid = $("grid"), h = rowHeight(), n = view.rows.length, at = view.rows.indexOf(view.finding);
  const from = all ? 0 : Math.max(0, Math.floor(grid.scrollTop / h) - MORE);
  const to = all ? n : Math.min(n, Math.ceil((grid.scrollTop + grid.clientHeight) / h) + MORE);
  $("space").style.height = "calc(" + n + " * var(--row))";
  $("space").replaceChildren(...view.rows.slice(from, to).map((f, i) => makeRow(f, from + i)));
  if (at >= from && at < to) grid.setAttribute("aria-activedescendant", "row-" + at);
  else grid.removeAttribute("aria-activedescendant");
}

/* A neighbour of what is in sight comes to the edge, anything else to the middle. */
function scrollToRow(i) {
  const grid = $("grid"), h = rowHeight(), room = grid.clientHeight - $("columns").offsetHeight, top = i * h;
  const above = grid.scrollTop - top, below = top + h - grid.scrollTop - room;
  if (above > 2 * h || below > 2 * h) grid.scrollTop = top - (room - h) / 2;
  else if (above > 0) grid.scrollTop = top;
  else if (below > 0) grid.scrollTop = top + h - room;
}

/* After words, filters or order have changed. */
function changed() {
  const counts = chooseRows(), n = view.rows.length, all = report.findings.length;
  showMenus(counts);
  showColumns();
  $("grid").setAttribute("aria-rowcount", n + 1);
  $("count").textContent = n === all ? plural(n, "finding") : n.toLocaleString("en") + " of " + plural(all, "finding");
  $("clear").disabled = n === all && !view.words && !Object.values(view.chosen).some(Boolean);
  $("empty").hidden = n > 0;
  $("empty").textContent = all ? "No finding passes these filters." : "No findings.";
  $("grid").scrollTop = 0;
  if (n && !view.rows.includes(view.finding)) chooseFinding(view.rows[0]);
  else scrollToRow(Math.max(0, view.rows.indexOf(view.finding)));
  showRows();
  rememberPlace();
}

function moveFinding(by) {
  const at = view.rows.indexOf(view.finding), n = view.rows.length;
  if (n) chooseFinding(view.rows[Math.max(0, Math.min(n - 1, at < 0 ? 0 : at + by))]);
}

function pageOfRows() {
  return Math.max(1, Math.floor($("grid").clientHeight / rowHeight()) - 2);
}
