/* Pages that explain rules, from the little markdown they are written in: headings, paragraphs, lists,
 * indented code, and `code` in a line. */

function inline(text) {
  return text.split("`").map((part, i) => i % 2 ? el("code", "", part) : part);
}

function explainBlock(block) {
  const lines = block.split("\n");
  if (lines.every(l => l.startsWith("    ") || l.trim() === ""))
    return el("pre", "", lines.map(l => l.slice(4)).join("\n"));
  if (lines[0].startsWith("#")) return el("h4", "", ...inline(lines[0].replace(/^#+\s*/, "")));
  if (/^[-*] /.test(lines[0]))
    return el("ul", "", ...block.slice(2).split(/\n[-*] /).map(item => el("li", "", ...inline(item))));
  return el("p", "", ...inline(block));
}

/* Code blocks keep the blank lines within them. */
function explainPage(page) {
  const blocks = [], parts = page.replace(/^# .*\n/, "").split(/\n{2,}/).map(b => b.replace(/^\n+|\s+$/g, ""));
  for (const block of parts.filter(b => b !== "")) {
    const last = blocks[blocks.length - 1];
    if (last && last.startsWith("    ") && block.startsWith("    ")) blocks[blocks.length - 1] += "\n\n" + block;
    else blocks.push(block);
  }
  return blocks.map(explainBlock);
}
