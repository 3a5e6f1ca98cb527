/* A fix as a small difference. Columns of edits count bytes of UTF-8, as everywhere in the report. */

const encoder = new TextEncoder(), decoder = new TextDecoder();

const firstBytes = (line, n) => decoder.decode(encoder.encode(line).slice(0, n));
const bytesFrom = (line, n) => decoder.decode(encoder.encode(line).slice(n));

/* The lines from..to of a file after the edits, which are sorted and do not overlap. */
function applyEdits(known, from, to, edits) {
  let text = "", line = from, column = 1;
  const copy = (l, c) => {
    for (; line < l; line++, column = 1) text += bytesFrom(known.get(line) || "", column - 1) + "\n";
    text += bytesFrom(firstBytes(known.get(line) || "", c - 1), column - 1);
    column = c;
  };
  for (const e of edits) {
    copy(e.start.line, e.start.column);
    text += e.text;
    line = e.end.line;
    column = e.end.column;
  }
  for (; line <= to; line++, column = 1) text += bytesFrom(known.get(line) || "", column - 1) + "\n";
  return text.replace(/\n$/, "").split("\n");
}

/* What is equal at both ends is no change; edits far apart make hunks of their own. */
function hunk(known, edits) {
  let from = edits[0].start.line, to = edits[edits.length - 1].end.line, old = [];
  for (let k = from; k <= to; k++) old.push(known.get(k) || "");
  let made = applyEdits(known, from, to, edits);
  while (old.length && made.length && old[0] === made[0]) {
    [old, made] = [old.slice(1), made.slice(1)];
    from++;
  }
  while (old.length && made.length && old[old.length - 1] === made[made.length - 1]) {
    [old, made] = [old.slice(0, -1), made.slice(0, -1)];
    to--;
  }
  return { from, to, old, made };
}

function hunksOf(edits) {
  const groups = [];
  for (const e of edits) {
    const last = groups[groups.length - 1], end = last && last[last.length - 1];
    if (end && end.file === e.file && e.start.line <= end.end.line + 3) last.push(e);
    else groups.push([e]);
  }
  return groups;
}

function diffLine(sign, line, text, name) {
  return el("div", name, el("span", "number", line), el("span", "sign", sign), hanging(el("code", "", text), text));
}

function drawHunk(edits) {
  const known = report.sources.get(edits[0].file) || new Map(), { from, to, old, made } = hunk(known, edits);
  const around = (first, second) => [first, second].filter(k => known.has(k)).map(k => diffLine(" ", k, known.get(k), ""));
  return [
    ...around(from - 2, from - 1),
    ...old.map((text, i) => diffLine("\u2212", from + i, text, "removed")),
    ...made.map((text, i) => diffLine("+", from + i, text, "added")),
    ...around(to + 1, to + 2),
  ];
}

function drawFix(fix) {
  const parts = hunksOf(fix.edits).map(edits => el("div", "diff", ...drawHunk(edits)));
  return el("div", "fix", el("p", "", el("span", "tag " + fix.safety, fix.safety), " " + fix.message), ...parts);
}
