// What a person sees of the extension, in the order in which they would see it. Each check begins where the one before it ended.

import assert from "node:assert/strict";

const MAIN = "rent-roll.ntro";
const BROKEN = "broken.ntro";

/** Every check, by what holds where it passes. */
export const checks = {
  async "a runbook opens in its language and its colours"({ page, open }) {
    await open(BROKEN);
    await page.waitForFunction(() => /^ntro$/.test(document.getElementById("status.editor.mode")?.innerText ?? ""));
    // The words stand there before the theme has come that colours them.
    await page.waitForFunction(() => {
      const words = [...document.querySelectorAll(".view-line span span")];
      const colour = (text) => {
        const word = words.find((it) => text.test(it.textContent));
        return word && getComputedStyle(word).color;
      };
      const plain = colour(/parsed\b/);
      const others = [colour(/^runbook$/), colour(/"Broken"/)];
      return plain && others.every((other) => other && other !== plain);
    });
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

  async "hover says what a step is"({ page, open, goTo, place, picture }) {
    await open(MAIN);
    await goTo(MAIN, ...place(MAIN, "rows:     extracted", "rows:     ex".length));
    // By its keys: a pointer that rests says nothing anew when the line beneath it is drawn again.
    await page.keyboard.press("Control+K");
    await page.keyboard.press("Control+I");
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

  async "completion offers the fields of a value while one types"({ page, lineAbove, place, picture }) {
    await lineAbove(MAIN, place(MAIN, "  return {")[0]);
    await page.keyboard.type("  let found = extracted.");
    const offered = page.locator(".suggest-widget.visible .monaco-list-row");
    await offered.filter({ hasText: "confidence" }).first().waitFor();
    const labels = await offered.allInnerTexts();
    for (const field of ["rows", "summary"]) assert.ok(labels.some((label) => label.includes(field)), `${field} is missing: ${labels}`);
    await picture("completion", { x: 348, y: 36, width: 932, height: 520 });
    await page.keyboard.type("conf");
    await page.keyboard.press("Enter");
    // The inferred type may stand there already.
    await page.locator(".view-line", { hasText: "let found" }).filter({ hasText: "= extracted.confidence" }).first().waitFor();
    // The line was only for looking.
    await page.keyboard.press("Control+Shift+K");
    await page.locator(".view-line", { hasText: "let found" }).first().waitFor({ state: "detached" });
  },

  async "a form is written from its snippet"({ page, command, lineAbove, place, source }) {
    await lineAbove(MAIN, place(MAIN, "  return {")[0]);
    await page.keyboard.type("  await confirm");
    const snippet = page.locator(".suggest-widget.visible .monaco-list-row", { hasText: "Await a confirmation" }).first();
    await snippet.waitFor();
    await snippet.click();
    await source(MAIN).locator(".view-line", { hasText: 'ask confirm { title: "Acknowledge" }' }).first().waitFor();
    await page.keyboard.press("Escape");
    await command("File: Revert File");
    await source(MAIN).locator(".view-line", { hasText: "ask confirm" }).first().waitFor({ state: "detached" });
  },

  async "brackets close, lines indent, and a template closes inside a text"({ page, command, coloured, lineAbove, place, source }) {
    await coloured(MAIN, "approve review");
    await lineAbove(MAIN, place(MAIN, "  return {")[0]);
    await page.keyboard.type('  step another "Another" {');
    await coloured(MAIN, "step another");
    await page.keyboard.press("Enter");
    // A line has its colours once all above it has been looked at anew, and until then the editor closes nothing.
    await page.keyboard.type("return ");
    await source(MAIN).locator(".view-line", { hasText: /^[\s\u00a0]*return[\s\u00a0]*$/ }).locator("span span:not(.mtk1)", { hasText: "return" }).first().waitFor();
    await page.keyboard.type('"{{ sourc');
    // Suggestions are open while one types; none of them is taken.
    await page.keyboard.press("Escape");
    const line = source(MAIN).locator(".view-line", { hasText: 'return "{{ sourc' }).first();
    await line.waitFor();
    assert.equal((await line.textContent()).replaceAll("\u00a0", " ").trimEnd(), '    return "{{ sourc}}"');
    await command("File: Revert File");
    await source(MAIN).locator(".view-line", { hasText: "step another" }).first().waitFor({ state: "detached" });
  },

  async "a step gets another name, in the templates too, and that is saved"({ page, goTo, place, read, wait }) {
    const before = read(MAIN);
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
    // Nothing else has changed: what the checks above wrote they have taken away.
    assert.equal(read(MAIN), before.replaceAll("extracted", "found"));
  },

  async "the flow is drawn beside the text and follows the cursor"({ page, open, command, goTo, place, pageWith, picture }) {
    await open(MAIN);
    await goTo(MAIN, ...place(MAIN, 'approve review "', 5));
    await command("Show the flow of this runbook");
    const frame = await pageWith("#picture svg");
    for (const id of ["submitted", "parsed", "found", "review"]) await frame.locator(`[data-id="${id}"]`).waitFor();
    await frame.locator('[data-id="review"].current').waitFor();
    await picture("flow", { x: 348, y: 36, width: 932, height: 700 });
    await goTo(MAIN, ...place(MAIN, 'step parsed "', 5));
    await frame.locator('[data-id="parsed"].current').waitFor();
    assert.equal(await frame.locator(".current").count(), 1);
    await page.keyboard.press("Escape");
  },

  async "the flow changes while one types, and loads nothing from anywhere"({ page, goTo, place, pageWith, source }) {
    const frame = await pageWith("#picture svg");
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

  async "a click on a node leads to its text"({ pageWith, atLine, place }) {
    const frame = await pageWith("#picture svg");
    await frame.locator('[data-id="review"]').click();
    await atLine(place(MAIN, 'approve review "')[0]);
  },

  async "a code is explained on a page of its own"({ page, command, pageWith, picture, source }) {
    await command("ntro: Explain a code");
    await page.locator('.quick-input-list .monaco-list-row[aria-label*="N0101"]').first().waitFor();
    await page.locator(".quick-input-widget input").first().fill("N0301");
    await page.locator('.quick-input-list .monaco-list-row.focused[aria-label*="N0301"]').first().waitFor();
    await page.keyboard.press("Enter");
    const explained = await pageWith("h1");
    await explained.locator("h1", { hasText: "N0301" }).waitFor();
    await explained.locator("strong", { hasText: "Wrong" }).waitFor();
    await picture("explain");
    await page.locator(".tab", { hasText: MAIN }).first().click();
    await source(MAIN).locator(".view-line").first().waitFor();
  },

  async "the mistake says what is wrong, and the light bulb mends it"({ page, open, source, goTo, place, picture }) {
    await open(BROKEN);
    await goTo(BROKEN, ...place(BROKEN, "confidnce", 2));
    await page.keyboard.press("Control+K");
    await page.keyboard.press("Control+I");
    const hover = page.locator(".monaco-hover:not(.hidden)", { hasText: "has no field" }).first();
    await hover.waitFor();
    await picture("mistake", { x: 348, y: 36, width: 932, height: 400 });
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+.");
    await page.locator(".action-widget .monaco-list-row.focused", { hasText: "confidence" }).waitFor();
    await picture("fix");
    await page.keyboard.press("Enter");
    await source(BROKEN).locator(".squiggly-error").waitFor({ state: "detached" });
    await page.keyboard.press("Control+S");
  },

  async "the mended text is on the disk"({ read, wait }) {
    for (let tries = 0; tries < 100 && !read(BROKEN).includes("extracted.confidence"); tries += 1) await wait(100);
    assert.match(read(BROKEN), /extracted\.confidence > 0\.5/);
  },

  async "a check runs in the terminal and says what it finds"({ page, command, picture }) {
    await command("ntro: Check the project");
    await page.waitForFunction(() => [...document.querySelectorAll(".xterm-rows")].some((it) => /3 files checked, no problems/.test(it.textContent.replace(/\u00a0/g, " "))));
    await picture("task");
  },

  async "the status bar says which server runs"({ page, picture }) {
    await page.keyboard.press("Control+1");
    await page.locator('[id="status.languageStatus"]').first().click();
    await page.locator(".monaco-hover", { hasText: /ntroc \d+\.\d+\.\d+/ }).first().waitFor();
    await picture("status");
  },

  async "a program that is not there is told of, and another one is chosen"({ page, open, command, bundled, picture, source }) {
    // Which program is started is a matter of the machine on which it runs.
    await command("Open Remote Settings (JSON)");
    await source("settings.json").and(page.locator(".focused")).first().waitFor();
    await page.keyboard.press("Control+A");
    await page.keyboard.insertText('{ "ntro.server.path": "/nowhere/ntroc" }');
    // What the editor has closed by itself is left over behind it.
    await page.keyboard.press("Control+Shift+End");
    await page.keyboard.press("Delete");
    await page.keyboard.press("Control+S");
    const notice = page.locator(".notification-toast", { hasText: "names /nowhere/ntroc, which is not there" }).first();
    await notice.waitFor();
    await picture("missing");
    await notice.locator(".monaco-button", { hasText: "Choose the program" }).first().click();
    const box = page.locator(".quick-input-widget", { hasText: "The ntroc program" });
    await box.waitFor();
    // It begins with a folder of its own choice, which takes the place of what was typed before it was there.
    await box.locator(".monaco-list-row", { hasText: ".." }).first().waitFor();
    await page.waitForFunction(() => document.querySelector(".quick-input-widget input[type=text]")?.value.endsWith("/"));
    await box.locator("input[type=text]").first().fill(bundled());
    // It takes Enter only once it has found what was typed.
    await box.locator(".monaco-list-row", { hasText: "ntroc" }).first().waitFor();
    await page.keyboard.press("Enter");
    await box.waitFor({ state: "hidden" });
    // The one that was chosen runs, and the setting names it.
    await open(MAIN);
    await page.locator('[id="status.languageStatus"]').first().click();
    await page.locator(".monaco-hover", { hasText: /ntroc \d+\.\d+\.\d+[\s\S]*running/ }).first().waitFor();
    await page.keyboard.press("Escape");
    await command("Open Remote Settings (JSON)");
    await source("settings.json").locator(".view-line", { hasText: "server/ntroc" }).first().waitFor();
  },

  async "the first steps are shown, with their pictures"({ page, command, picture }) {
    await command("ntro: First steps");
    await page.locator(".gettingStartedContainer", { hasText: "First steps with ntro" }).first().waitFor();
    for (const title of ["The language server", "Write a runbook", "See what is wrong, and mend it", "Look at its flow", "Play its scenarios"]) {
      await page.locator(".getting-started-step", { hasText: title }).first().waitFor();
    }
    await page.locator(".getting-started-step", { hasText: "Look at its flow" }).first().click();
    const shown = page.locator(".getting-started-media img").first();
    await shown.waitFor();
    await page.waitForFunction(() => (document.querySelector(".getting-started-media img")?.naturalWidth ?? 0) > 0);
    await picture("first-steps");
  },

  async "nothing was asked of any other host"({ offsite }) {
    assert.deepEqual([...offsite], []);
  },
};

/** What holds in a folder that the user does not trust, and whose settings name another server. */
export const checksInRestrictedMode = {
  async "the server of the package says what is wrong"({ page, open, source, picture }) {
    await page.locator('[id="status.workspaceTrust"]', { hasText: "Restricted Mode" }).waitFor();
    await open(BROKEN);
    await source(BROKEN).locator(".squiggly-error").waitFor();
    await picture("restricted");
  },

  async "the server that the folder's settings name is not started"({ exists }) {
    assert.ok(exists("ntroc") && exists(".vscode/settings.json"), "the folder tempts nobody");
    assert.ok(!exists("started"), "a program of a folder that nobody trusts was started");
  },

  async "nothing of the folder can be run"({ page }) {
    await page.keyboard.press("F1");
    await page.locator(".quick-input-widget input").first().fill(">ntro:");
    await page.locator(".quick-input-list .monaco-list-row", { hasText: "Restart the language server" }).first().waitFor();
    const offered = (await page.locator(".quick-input-list .monaco-list-row").allInnerTexts()).join("\n");
    for (const title of ["Check the project", "Play the scenarios", "Run this runbook"]) assert.ok(!offered.includes(title), `${title} is offered`);
    await page.keyboard.press("Escape");
  },
};

/** What holds where the server ends at once: the user is told, and what needs no server still works. */
export const checksWithoutServer = {
  async "a server that ends at once is told of, with what can be done"({ page, open, picture }) {
    await open(BROKEN);
    const notice = page.locator(".notification-toast", { hasText: "language server of ntro does not run" }).first();
    await notice.waitFor();
    assert.match(await notice.innerText(), /ntroc ended before it answered/);
    for (const button of ["Try again", "Show the output", "Open the settings"]) await notice.locator(".monaco-button", { hasText: button }).first().waitFor();
    // It is told once, in these words and not in those of the client's library.
    assert.equal(await page.locator(".notification-toast").count(), 1);
    await picture("no-server");
  },

  async "colours need no server"({ source }) {
    await source(BROKEN).locator(".view-line span span", { hasText: /^runbook$/ }).first().waitFor();
    assert.equal(await source(BROKEN).locator(".squiggly-error").count(), 0);
  },
};
