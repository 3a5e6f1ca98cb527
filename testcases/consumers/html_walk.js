/* Walks through HTML reports in Chromium; reads from standard input where they are and what is in them.
 *
 * Each walk is one page opened anew. Whatever a page says on the console or asks of the network fails it. */
"use strict";
const assert = require("node:assert/strict");
const { chromium } = require("playwright-core");

const wanted = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const WIDE = { viewport: { width: 1440, height: 900 } }, NARROW = { viewport: { width: 360, height: 740 } };
const DARK = { ...WIDE, colorScheme: "dark" };

const countOf = page => page.locator("#count").innerText();
const cells = (page, column) => page.locator(".row .cell." + column).allInnerTexts();
const current = page => page.locator("#finding .line.now");
const rest = page => page.waitForTimeout(250); /* the address follows when keys come to rest */
const shot = (page, name) => page.screenshot({ path: wanted.folder + "/" + name + ".png" });
const withRule = rule => wanted.found.rules.filter(f => f.rule === rule);

/* The page opened anew: a changed address alone is answered later than it is set. */
async function goTo(page, hash) {
  const file = page.url().replace(/#.*/, "");
  await page.goto("about:blank");
  await page.goto(file + "#" + hash);
}

/* Nothing may be wider than the window. */
async function assertNoOverflow(page) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth ||
    [...document.querySelectorAll("#finding, .source, .diff, aside, header")].some(e => e.scrollWidth > e.clientWidth + 1));
  assert.equal(wide, false, "something is wider than the window");
}

const walks = {
  async "every finding is listed, in the order of the report"(page) {
    const n = wanted.found.rules.length;
    assert.equal(await countOf(page), n + " findings");
    assert.equal(await page.locator("#grid").getAttribute("aria-rowcount"), String(n + 1));
    assert.equal((await cells(page, "rule"))[0].split(" ")[0], wanted.found.rules[0].rule);
    await shot(page, "list");
  },

  async "columns sort both ways"(page) {
    const messages = wanted.found.rules.map(f => f.message).sort(new Intl.Collator("en", { numeric: true }).compare);
    await page.click("#columns .message button");
    assert.equal((await cells(page, "message"))[0], messages[0]);
    assert.equal(await page.locator("#columns .message").getAttribute("aria-sort"), "ascending");
    await page.click("#columns .message button");
    assert.equal((await cells(page, "message"))[0], messages[messages.length - 1]);
    await page.click("#columns .severity button");
    assert.equal((await cells(page, "severity"))[0], "error");
  },

  async "filters narrow the list and count what is left"(page) {
    await page.selectOption("#filter-rule", "RW101");
    const n = withRule("RW101").length;
    assert.equal(await countOf(page), n + " of " + wanted.found.rules.length + " findings");
    assert.ok((await cells(page, "rule")).every(r => r.startsWith("RW101")));
    const high = withRule("RW101").filter(f => f.confidence === "high").length;
    assert.match(await page.locator("#filter-confidence option[value=high]").innerText(), new RegExp("\\(" + high + "\\)"));
    await page.fill("#words", withRule("RW101")[1].function + " error");
    assert.equal((await cells(page, "function"))[0], withRule("RW101")[1].function + "()");
    await page.fill("#words", "no such words anywhere");
    assert.equal(await page.locator("#empty").innerText(), "No finding passes these filters.");
    await page.click("#clear");
    await page.selectOption("#filter-in", "testcases/rules/leak/");
    assert.equal(await countOf(page), wanted.found.rules.filter(f => f.file.startsWith("testcases/rules/leak/")).length +
      " of " + wanted.found.rules.length + " findings");
  },

  async "stepping moves the line, the count and the picture"(page) {
    const f = withRule("RW101").find(x => x.path.length === 3 && x.path[0].delta === 1);
    await goTo(page, "finding=" + f.fingerprint);
    const pictures = [];
    for (const [i, step] of f.path.entries()) {
      assert.equal(await current(page).locator(".number").innerText(), String(step.line));
      assert.equal(await current(page).locator(".count b").innerText(), String(step.owned));
      assert.equal(await current(page).locator(".what").innerText(), step.message);
      assert.match(await page.locator("#said").innerText(), new RegExp("^Step " + (i + 1) + " of 3"));
      const picture = await page.locator("#picture svg").getAttribute("aria-label");
      assert.ok(picture.includes("owns " + step.owned + " reference"));
      pictures.push(await page.locator("#picture svg").innerHTML());
      await page.keyboard.press("n");
    }
    assert.equal(new Set(pictures).size, 3);
    assert.ok(await page.locator("#next").isDisabled());
    await page.keyboard.press("p");
    assert.equal(await current(page).locator(".number").innerText(), String(f.path[1].line));
    await shot(page, "finding");
    await page.click("text=What RW101 means");
    await page.locator(".explain pre").nth(1).waitFor();
    await assertNoOverflow(page);
  },

  async "the picture tells who took a reference"(page) {
    const f = wanted.found.rules.find(x => x.path.some(s => s.delta < 0 && s.message.startsWith("given away to ")));
    const i = f.path.findIndex(s => s.delta < 0 && s.message.startsWith("given away to "));
    await goTo(page, "finding=" + f.fingerprint + "&step=" + (i + 1));
    assert.ok((await page.locator("#picture svg").innerHTML()).includes(f.path[i].message.slice("given away to ".length)));
    await page.locator("#picture .taker").waitFor();
    await shot(page, "given");
    await goTo(page, "rule=RW303&step=1");
    await page.locator("#picture .borrowed").waitFor({ state: "attached" });
  },

  async "the keyboard is enough"(page) {
    await page.keyboard.press("/");
    await page.keyboard.type("rw203 use-after-steal");
    assert.equal((await cells(page, "rule")).length, withRule("RW203").length);
    await page.keyboard.press("Escape");
    assert.equal(await page.evaluate(() => document.activeElement.id), "grid");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("j");
    assert.equal(await page.locator(".row.now").getAttribute("id"), "row-2");
    assert.equal(await page.locator("#grid").getAttribute("aria-activedescendant"), "row-2");
    await page.keyboard.press("k");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "finding");
    await page.keyboard.press("ArrowRight");
    assert.equal(await current(page).getAttribute("data-step"), "1");
    await page.keyboard.press("?");
    assert.ok(await page.locator("#keys").evaluate(d => d.open));
    await shot(page, "keys");
    await page.keyboard.press("Escape");
    assert.ok(!await page.locator("#keys").evaluate(d => d.open));
    await page.keyboard.press("c");
    assert.equal(await countOf(page), wanted.found.rules.length + " findings");
    await page.keyboard.press("Tab");
    assert.notEqual(await page.evaluate(() => document.activeElement.tagName), "BODY");
  },

  async "the address brings back filters, order, finding and step"(page) {
    await page.selectOption("#filter-rule", "RW102");
    await page.fill("#words", "leaks");
    await page.click("#columns .function button");
    await page.locator(".row").nth(2).click();
    await page.keyboard.press("n");
    const seen = async p => [await countOf(p), await p.locator("h2").innerText(), await p.locator("#said").innerText()];
    const before = await seen(page);
    await rest(page);
    const other = await page.context().newPage();
    await other.goto(page.url());
    assert.deepEqual(await seen(other), before);
    assert.equal(await other.locator("#columns .function").getAttribute("aria-sort"), "ascending");
    assert.equal(await other.locator("#words").inputValue(), "leaks");
  },

  async "in the dark it looks like this"(page) {
    await goTo(page, "rule=RW101&step=2");
    await shot(page, "dark");
  },

  async "on a phone there is the list or the finding"(page) {
    assert.ok(!await page.locator("#finding").isVisible());
    await assertNoOverflow(page);
    await shot(page, "phone-list");
    await page.selectOption("#filter-rule", "RW101");
    await page.locator(".row").nth(1).click();
    assert.ok(!await page.locator("#list").isVisible());
    await page.click("#next");
    await assertNoOverflow(page);
    await shot(page, "phone-finding");
    await page.click(".strip button");
    assert.ok(await page.locator(".row.now").isVisible());
    await page.locator(".row").nth(2).click();
    await page.goBack();
    await page.locator(".row").nth(2).waitFor();
    assert.ok(!await page.locator("#finding").isVisible());
  },

  async "what other runs know is shown"(page) {
    assert.equal(await page.locator("#filter-state").inputValue(), "new");
    assert.ok((await cells(page, "state")).every(s => s === "new"));
    await goTo(page, "finding=" + wanted.known + "&step=2");
    assert.equal(await page.locator(".diff .added code").innerText(), "        Py_DECREF(" +
      withRule("RW101").find(f => f.fingerprint === wanted.known).object + ");");
    assert.equal(await page.locator(".diff .removed").count(), 0);
    assert.equal(await page.locator(".line.also").count(), 1);
    assert.equal(await page.locator(".line[data-step]").count(), 3);
    await page.keyboard.press("n");
    assert.equal(await current(page).getAttribute("data-step"), "11");
    await page.keyboard.press("b");
    assert.equal(await page.locator(".line[data-step]").count(), 12);
    await page.keyboard.press("p");
    assert.equal(await current(page).getAttribute("data-step"), "10");
    await shot(page, "compared");
    await page.selectOption("#filter-state", "fixed");
    assert.equal(await page.locator(".row").count(), 1);
    await page.locator(".row").click();
    assert.match(await page.locator("#finding").innerText(), /It is gone/);
  },

  async "markup in names and strings is text"(page) {
    assert.equal(await page.locator("img").count(), 0);
    assert.equal(await page.evaluate(() => window.hit), undefined);
    assert.equal(await page.locator(".row").count(), wanted.found.hostile.length);
    assert.ok((await cells(page, "message")).some(m => m.includes(wanted.markup)));
    await page.fill("#words", "leaks()");
    assert.ok((await page.locator("#finding .place").innerText()).includes("<" + wanted.markup.slice(1).replace("x", "y")));
    const source = await page.locator("#finding .source").innerText();
    assert.ok(source.includes(wanted.markup));
    assert.ok(source.includes("\\u{202e} reversed"));
    assert.equal(await page.evaluate(() => window.hit), undefined);
    await assertNoOverflow(page);
    await shot(page, "hostile");
  },

  async "a run that found nothing says so"(page) {
    assert.equal(await countOf(page), "0 findings");
    assert.equal(await page.locator("#empty").innerText(), "No findings.");
    await page.keyboard.press("j");
    await page.keyboard.press("n");
    await page.click("#run summary");
    await page.locator("#run li").first().waitFor();
    assert.match(await page.locator("#run").innerText(), /2 functions in 1 file checked\s+every file was analysed as a whole/);
  },

  async "2,000 findings are no burden"(page) {
    assert.equal(await countOf(page), "2,000 findings");
    const loaded = await page.evaluate(() => performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd);
    const filtered = await page.evaluate(() => {
      const words = document.getElementById("words"), before = performance.now();
      words.value = "item_19";
      words.oninput();
      return performance.now() - before;
    });
    assert.equal(await countOf(page), "100 of 2,000 findings");
    await page.click("#clear");
    assert.ok(await page.locator(".row").count() < 60, "rows out of sight exist");
    await page.focus("#grid");
    await page.keyboard.press("End");
    assert.equal(await page.locator(".row.now").getAttribute("aria-rowindex"), "2001");
    assert.ok((await cells(page, "function")).includes(wanted.found.many[1999].function + "()"));
    await shot(page, "many");
    console.log(`2,000 findings: usable after ${Math.round(loaded)} ms, filtered in ${Math.round(filtered)} ms`);
    assert.ok(loaded < 10000 && filtered < 2000);
  },
};

const PAGES = {
  "what other runs know is shown": "compared", "markup in names and strings is text": "hostile",
  "a run that found nothing says so": "clean", "2,000 findings are no burden": "many",
};
const SCREENS = { "in the dark it looks like this": DARK, "on a phone there is the list or the finding": NARROW };

async function walk(browser, name) {
  const file = "file://" + wanted.folder + "/" + (PAGES[name] || "rules") + ".html";
  const context = await browser.newContext(SCREENS[name] || WIDE), heard = [];
  context.on("request", r => {
    if (r.url().split("#")[0] !== file && r.url() !== "data:,") heard.push("asks for " + r.url());
  });
  context.on("console", m => heard.push(m.text()));
  context.on("weberror", e => heard.push(e.error().stack));
  const page = await context.newPage();
  await page.goto(file);
  await walks[name](page);
  assert.deepEqual(heard, []);
  await context.close();
}

async function main() {
  const browser = await chromium.launch({ executablePath: wanted.chromium, args: FLAGS });
  let failed = 0;
  for (const name of Object.keys(walks).filter(n => n.includes(process.argv[2] || ""))) {
    try {
      await walk(browser, name);
      console.log("ok      " + name);
    } catch (error) {
      failed++;
      console.log("FAILED  " + name + "\n" + error.stack);
    }
  }
  await browser.close();
  process.exit(failed ? 1 : 0);
}

main();
