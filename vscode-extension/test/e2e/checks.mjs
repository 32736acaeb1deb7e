// What a person sees of the extension, in the order in which they would see it. Each check begins where the one before it ended.

import assert from "node:assert/strict";

const MAIN = "rent-roll.ntro";
const BROKEN = "broken.ntro";

/** Every check, by what holds where it passes. */
export const checks = {
  async "a runbook opens in its language and its colours"({ page, open, source }) {
    await open(BROKEN);
    await page.waitForFunction(() => /^ntro$/.test(document.getElementById("status.editor.mode")?.innerText ?? ""));
    const colour = (text) => source(BROKEN).locator(".view-line span span", { hasText: text }).first().evaluate((it) => getComputedStyle(it).color);
    await source(BROKEN).locator(".view-line span span", { hasText: /^runbook$/ }).first().waitFor();
    const plain = await colour(/parsed\b/);
    assert.notEqual(await colour(/^runbook$/), plain, "a keyword has the colour of a name");
    assert.notEqual(await colour(/"Broken"/), plain, "a text has the colour of a name");
  },

  async "a mistake is underlined and listed"({ page, source, picture }) {
    await source(BROKEN).locator(".squiggly-error").waitFor();
    assert.equal(await source(BROKEN).locator(".squiggly-error").count(), 1);
    await page.keyboard.press("Control+Shift+M");
    await page.locator(".markers-panel .monaco-list-row", { hasText: "confidnce" }).first().waitFor();
    assert.match(await page.locator(".markers-panel").innerText(), /has no field `confidnce`[\s\S]*N0301/);
    await picture("problems");
    await page.keyboard.press("Control+Shift+M");
    await page.locator(".markers-panel").waitFor({ state: "hidden" });
  },

  async "the mistake says what is wrong, and the light bulb mends it"({ page, source, goTo, place, picture }) {
    await goTo(BROKEN, ...place(BROKEN, "confidnce", 2));
    await page.keyboard.press("Control+K");
    await page.keyboard.press("Control+I");
    const hover = page.locator(".monaco-hover:not(.hidden)", { hasText: "has no field" }).first();
    await hover.waitFor();
    await picture("mistake");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+.");
    const fix = page.locator(".action-widget .monaco-list-row", { hasText: "confidence" }).first();
    await fix.waitFor();
    await picture("fix");
    await fix.click();
    await source(BROKEN).locator(".squiggly-error").waitFor({ state: "detached" });
    await page.keyboard.press("Control+S");
  },

  async "the mended text is on the disk"({ read, wait }) {
    for (let tries = 0; tries < 100 && !read(BROKEN).includes("extracted.confidence"); tries += 1) await wait(100);
    assert.match(read(BROKEN), /extracted\.confidence > 0\.5/);
  },

  async "hover says what a step is"({ page, open, goTo, place, picture, source }) {
    await open(MAIN);
    await goTo(MAIN, ...place(MAIN, "rows:     extracted", "rows:     ex".length));
    await source(MAIN).locator(".view-line", { hasText: "rows:" }).locator("span span", { hasText: /extracted/ }).first().hover();
    await page.locator(".monaco-hover:not(.hidden)", { hasText: "Extraction<Lease>" }).first().waitFor();
    await picture("hover");
    await page.keyboard.press("Escape");
  },

  async "definition leads to the step, and to a type of another file"({ page, open, goTo, place, atLine, source }) {
    await goTo(MAIN, ...place(MAIN, "rows:     extracted", "rows:     ex".length));
    await page.keyboard.press("F12");
    await atLine(place(MAIN, 'step extracted "')[0]);
    await goTo(MAIN, ...place(MAIN, "ai.extract<Lease>", "ai.extract<L".length));
    await page.keyboard.press("F12");
    await source("types.ntro").locator(".view-line").first().waitFor();
    await atLine(place("types.ntro", "type Lease")[0]);
    await open(MAIN);
  },

  async "completion offers the fields of a value while one types"({ page, goTo, place, picture }) {
    await goTo(MAIN, ...place(MAIN, "  return {"));
    await page.keyboard.type("  let found = extracted.");
    const offered = page.locator(".suggest-widget.visible .monaco-list-row");
    await offered.filter({ hasText: "confidence" }).first().waitFor();
    const labels = await offered.allInnerTexts();
    for (const field of ["rows", "summary"]) assert.ok(labels.some((label) => label.includes(field)), `${field} is missing: ${labels}`);
    await picture("completion");
    await page.keyboard.type("conf");
    await page.keyboard.press("Enter");
    await page.locator(".view-line", { hasText: "let found = extracted.confidence" }).first().waitFor();
    // The line was only for looking.
    await page.keyboard.press("Control+Shift+K");
    await page.locator(".view-line", { hasText: "let found" }).first().waitFor({ state: "detached" });
  },

  async "a form is written from its snippet"({ page, goTo, place, source }) {
    await goTo(MAIN, ...place(MAIN, "  return {"));
    await page.keyboard.press("Enter");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.type("  sleep");
    const snippet = page.locator(".suggest-widget.visible .monaco-list-row", { hasText: "Sleep" }).first();
    await snippet.waitFor();
    await snippet.click();
    await source(MAIN).locator(".view-line", { hasText: "sleep 1d" }).first().waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+Shift+K");
    await page.keyboard.press("Control+Shift+K");
    await source(MAIN).locator(".view-line", { hasText: "sleep 1d" }).first().waitFor({ state: "detached" });
  },

  async "a step gets another name, in the templates too, and that is saved"({ page, goTo, place, read, wait }) {
    await goTo(MAIN, ...place(MAIN, 'step extracted "', "step ex".length));
    await page.keyboard.press("F2");
    // Keys that come before the box has the old name and the focus would land in the text.
    await page.waitForFunction(() => {
      const box = document.querySelector(".rename-box input");
      return box && box.value === "extracted" && document.activeElement === box;
    });
    await page.locator(".rename-box input").fill("found");
    await page.keyboard.press("Enter");
    await page.locator(".view-line", { hasText: "step found" }).first().waitFor();
    await page.keyboard.press("Control+S");
    for (let tries = 0; tries < 100 && !read(MAIN).includes("step found"); tries += 1) await wait(100);
    const saved = read(MAIN);
    assert.ok(saved.includes("{{ found.confidence }}") && saved.includes("rows:     found.rows"), saved);
    assert.ok(!saved.includes("extracted"), saved);
  },

  async "the flow is drawn beside the text and follows the cursor"({ page, open, command, goTo, place, flow, picture }) {
    await open(MAIN);
    await goTo(MAIN, ...place(MAIN, 'approve review "', 5));
    await command("Show the flow of this runbook");
    const frame = await flow();
    for (const id of ["submitted", "parsed", "found", "review"]) await frame.locator(`[data-id="${id}"]`).waitFor();
    await frame.locator('[data-id="review"].current').waitFor();
    await picture("flow");
    await goTo(MAIN, ...place(MAIN, 'step parsed "', 5));
    await frame.locator('[data-id="parsed"].current').waitFor();
    assert.equal(await frame.locator(".current").count(), 1);
    await page.keyboard.press("Escape");
  },

  async "the flow changes while one types, and loads nothing from anywhere"({ page, goTo, place, flow, source }) {
    const frame = await flow();
    await goTo(MAIN, ...place(MAIN, 'step parsed "Read the document"', "step parsed ".length + 1));
    await page.keyboard.type("Now ");
    await frame.locator('[data-id="parsed"]', { hasText: "Now Read the document" }).waitFor();
    const policy = await frame.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute("content");
    assert.match(policy, /^default-src 'none'; script-src 'nonce-[\w-]+'; style-src 'nonce-[\w-]+'$/);
    assert.equal(await frame.locator("#picture script, #picture image, #picture a, #picture foreignObject").count(), 0);
    const ground = await frame.locator('[data-id="parsed"] .box').evaluate((it) => getComputedStyle(it).fill);
    assert.notEqual(ground, "rgb(0, 0, 0)", "the picture has no colours: its style was not let in");
    for (let times = 0; times < 4; times += 1) await page.keyboard.press("Backspace");
    await source(MAIN).locator(".view-line", { hasText: '"Read the document"' }).first().waitFor();
  },

  async "a click on a node leads to its text"({ flow, atLine, place }) {
    const frame = await flow();
    await frame.locator('[data-id="review"]').click();
    await atLine(place(MAIN, 'approve review "')[0]);
  },

  async "a code is explained on a page of its own"({ page, command, picture }) {
    await command("ntro: Explain a code");
    await page.locator('.quick-input-list .monaco-list-row[aria-label*="N0101"]').first().waitFor();
    await page.locator(".quick-input-widget input").first().fill("N0301");
    await page.locator('.quick-input-list .monaco-list-row[aria-label*="N0301"]').first().waitFor();
    await page.keyboard.press("Enter");
    await page.locator(".tab", { hasText: "N0301" }).first().waitFor();
    await picture("explain");
  },

  async "a check runs in the terminal and ends well"({ page, open, command }) {
    await open(MAIN);
    await command("ntro: Check the project");
    await page.locator(".terminal-wrapper.active, .terminal-wrapper").first().waitFor();
    await page.keyboard.press("Escape");
  },
};

/** What holds where the server ends at once: the user is told, and what needs no server still works. */
export const checksWithoutServer = {
  async "a server that ends at once is told of, with what can be done"({ page, open, picture }) {
    await open(BROKEN);
    const notice = page.locator(".notification-toast", { hasText: "language server of ntro does not run" }).first();
    await notice.waitFor();
    for (const button of ["Try again", "Show the output", "Open the settings"]) await notice.locator(".monaco-button", { hasText: button }).first().waitFor();
    await picture("no-server");
  },

  async "colours need no server"({ source }) {
    await source(BROKEN).locator(".view-line span span", { hasText: /^runbook$/ }).first().waitFor();
    assert.equal(await source(BROKEN).locator(".squiggly-error").count(), 0);
  },
};
