// The page in a browser against the real server: each view at 390 and 1,280 pixels, a run from the form to its grid, the game, a quiz, a drawing, errors
// in words; no console error, no request to another host, no serious finding of axe-core. GANNET names the program; GANNET_PAGE a server that runs already.
import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { axe, browserPath, gannet, has, need, open, program, scratch, serve, skip, stopAll, tooWide } from "./support.mjs";

const { chromium } = need("playwright-core");
need("axe-core");
const executablePath = browserPath();
if (!process.env.GANNET_PAGE && !existsSync(program)) skip(`no program at ${program}`);
if (!process.env.GANNET_PAGE && !has("serve")) skip(`${program} has no command serve`);

const runs = scratch();
let browser, server, address;

// Small runs of each kind that the page tells apart.
function train(...words) {
  return gannet("train", "--outdir", runs, "--threads", "1", ...words).trim().split("\n").at(-1).split("/").at(-1);
}

before(async () => {
  if (!process.env.GANNET_PAGE) {
    train("--cfg", "vanilla", "--data", "ring-8", "--kimg", "10", "--snap", "4", "--seed", "1");
    train("--cfg", "vanilla", "--data", "ring-8", "--kimg", "10", "--snap", "4", "--loss", "hinge");
    train("--cfg", "dcgan", "--data", "shapes", "--kimg", "0.5", "--image-size", "16", "--batch", "32");
    train("--cfg", "cgan", "--data", "shapes", "--kimg", "0.3", "--image-size", "16", "--batch", "32");
    train("--cfg", "pix2pix", "--data", "shapes-pairs", "--kimg", "0.05", "--image-size", "32", "--batch", "8");
    server = await serve(runs);
  }
  address = process.env.GANNET_PAGE ?? server.address;
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
});
after(async () => {
  await browser?.close();
  await server?.stop();
  stopAll();  // also those of tests that failed
});

const button = (page, name) => page.getByRole("button", { name, exact: true });
const step = async (page) => Number((await page.locator(".figures .number, .live .number").first().textContent()).replace(/\D/g, ""));
async function until(what, holds, seconds = 15) {
  for (const end = Date.now() + 1000 * seconds; Date.now() < end; await new Promise((done) => setTimeout(done, 100))) if (await holds()) return;
  assert.fail(`not within ${seconds} s: ${what}`);
}

const kViews = ["runs", "runs/new", "game", "play", "judge", "learn", "learn/1", "learn/4", "learn/5", "learn/7", "learn/10", "code/src/gannet/losses/adversarial.cpp"];
for (const [width, height, dark] of [[390, 844, true], [1280, 800, false]])
  test(`each view at ${width} pixels: its heading, nothing cut, nothing in the console, no serious finding`, async () => {
    for (const hash of kViews) {
      const { page, faults, context } = await open(browser, address, { width, height, dark, hash });
      await page.locator("h1").first().waitFor();
      await page.waitForLoadState("networkidle", { timeout: 3000 }).catch(() => undefined);  // a stream stays open
      await page.waitForTimeout(400);
      assert.deepEqual(await tooWide(page), [], `${hash}: beyond the right edge`);
      assert.deepEqual(await axe(page), [], `${hash}: axe-core`);
      assert.deepEqual(faults, [], `${hash}: console`);
      await context.close();
    }
  });

test("the five views are links of these names", async () => {
  const { page, context } = await open(browser, address);
  for (const name of ["Runs", "Game", "Play", "Judge", "Learn"]) {
    await page.getByRole("link", { name, exact: true }).click();
    await page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
  }
  await context.close();
});

test("the game runs, pauses, steps, and trains one player at a time", async () => {
  const { page, faults, context } = await open(browser, address, { hash: "game" });
  await button(page, "Run").click();
  await until("100 steps", async () => (await step(page)) > 100);
  await button(page, "Pause").click();
  await page.waitForTimeout(600);
  const paused = await step(page);
  await page.waitForTimeout(600);
  assert.equal(await step(page), paused, "it stands still");
  await button(page, "Step").click();
  await until("one step more", async () => (await step(page)) === paused + 1);
  await button(page, "Train D").click();
  await page.locator(".told", { hasText: "D learns" }).waitFor();
  await button(page, "Train G").click();
  await page.locator(".told", { hasText: "G learns" }).waitFor();
  await page.getByLabel("Loss", { exact: true }).selectOption("hinge");
  await page.getByLabel("Learning rate, G").press("ArrowRight");
  await page.getByLabel("Recipe").selectOption("r3gan");
  await button(page, "Run").click();
  await until("steps of r3gan", async () => (await step(page)) > 20);
  await button(page, "Reset").click();
  assert.deepEqual(faults, []);
  await context.close();
});

test("a distribution drawn with the keyboard is learnt", async () => {
  const { page, faults, context } = await open(browser, address, { hash: "game" });
  await button(page, "Draw your own").click();
  await page.locator("canvas.board").focus();
  for (const key of [" ", "ArrowRight", " ", "Shift+ArrowUp", " ", "Shift+ArrowUp", " "]) await page.keyboard.press(key);
  await button(page, "Learn this").click();
  await page.getByLabel("Data", { exact: true }).locator("option", { hasText: "your drawing" }).waitFor({ state: "attached" });
  await button(page, "Run").click();
  await until("50 steps", async () => (await step(page)) > 50);
  assert.deepEqual(faults, []);
  await context.close();
});

test("Play: generate, a picture, latents, a walk, a download", async () => {
  const { page, faults, context } = await open(browser, address, { hash: "play" });
  const chooser = page.getByLabel("Network", { exact: true });
  await chooser.selectOption({ label: await chooser.locator("option", { hasText: "dcgan" }).first().textContent() });
  await page.getByLabel("Seeds").fill("3,5-8");
  await button(page, "Generate").click();
  await until("five pictures", async () => (await page.locator(".gallery button").count()) === 5);
  await page.getByRole("button", { name: "Seed 7" }).click();
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator(".card").getByRole("button", { name: "Download" }).click()]);
  assert.equal(download.suggestedFilename(), "seed0007.png");
  await page.getByRole("tab", { name: "Latent sliders" }).click();
  await page.locator(".large img").waitFor();
  const before = await page.locator(".large img").getAttribute("src");
  await page.getByLabel("Direction 1").fill("5");
  await until("another picture", async () => (await page.locator(".large img").getAttribute("src")) !== before);
  await page.getByRole("tab", { name: "Between two" }).click();
  await until("sixteen steps", async () => (await page.locator(".strip img").count()) === 16);
  await page.getByLabel("Seeds").waitFor({ state: "detached" });
  assert.deepEqual(faults, []);
  await context.close();
});

test("Play: a drawing is coloured", async () => {
  const { page, faults, context } = await open(browser, address, { hash: "play" });
  const chooser = page.getByLabel("Network", { exact: true });
  await chooser.selectOption({ label: await chooser.locator("option", { hasText: "pix2pix" }).first().textContent() });
  const box = await page.locator("canvas.sketch").boundingBox();
  await page.mouse.move(box.x + 80, box.y + 80);
  await page.mouse.down();
  for (const [x, y] of [[250, 80], [250, 250], [80, 250], [80, 80]]) await page.mouse.move(box.x + x, box.y + y, { steps: 6 });
  await page.mouse.up();
  await button(page, "Colour it").click();
  const picture = page.getByAltText("The coloured picture");
  await picture.waitFor();
  assert.ok(await picture.evaluate((image) => image.complete && image.naturalWidth >= 32));
  assert.deepEqual(faults, []);
  await context.close();
});

test("Judge: a quiz by the keyboard, to the score and its p-value", async () => {
  const { page, faults, context } = await open(browser, address, { hash: "judge" });
  await page.getByLabel("Pictures", { exact: true }).selectOption("10");
  await button(page, "Start the quiz").click();
  await page.locator(".question img").waitFor();
  for (let i = 0; i < 10; i++) await page.keyboard.press(i % 2 ? "r" : "g");
  await page.getByText(/\d+ of 10/).first().waitFor();
  await page.getByText(/^p [=<] [\d.]+$/).waitFor();
  assert.equal(await page.locator(".truth li").count(), 10);
  assert.equal(await page.locator(".truth .is-real").count(), 5, "half of them real");
  assert.deepEqual(await axe(page), []);
  assert.deepEqual(faults, []);
  await context.close();
});

test("Runs: two compared, one looked at over time", async () => {
  const { page, faults, context } = await open(browser, address, { hash: "runs" });
  const boxes = page.getByRole("checkbox", { name: /Compare.*vanilla/ });
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  await page.getByRole("link", { name: "Compare 2 runs" }).click();
  await page.getByRole("rowheader", { name: "loss" }).waitFor();
  assert.deepEqual(await axe(page), []);
  await page.locator("figure a").first().click();
  await page.getByLabel("Time").fill("0");
  await page.getByAltText(/at 0 kimg/).waitFor();
  assert.deepEqual(await axe(page), []);
  assert.deepEqual(faults, []);
  await context.close();
});

test("Runs: from the form to the first grid, live, and stopped", { skip: process.env.GANNET_PAGE !== undefined }, async () => {
  const { page, faults, context } = await open(browser, address, { hash: "runs/new" });
  await page.getByLabel("Recipe", { exact: true }).selectOption("vanilla");
  await page.getByLabel("Data", { exact: true }).selectOption("ring-8");
  await page.getByLabel("kimg", { exact: true }).fill("20000");
  await page.getByLabel("snap", { exact: true }).fill("20");
  await page.getByRole("textbox", { name: "Note" }).fill("from the page");
  await button(page, "Start training").click();
  await page.getByRole("heading", { name: "vanilla on ring-8" }).waitFor();
  await page.getByAltText(/Generated samples at [1-9]/).waitFor();
  await page.locator(".uplot").first().waitFor();
  await button(page, "Stop").click();
  await page.locator(".state.stopped").waitFor({ timeout: 60000 });
  await page.getByRole("link", { name: "Fork" }).click();
  await page.getByLabel("kimg", { exact: true }).fill("5");
  await button(page, "Start the fork").click();
  await page.locator(".state.finished").waitFor({ timeout: 60000 });
  assert.deepEqual(faults, []);
  await context.close();
});

test("errors are said in the API's words", async () => {
  const { page, context } = await open(browser, address, { hash: "runs/new" });
  await page.getByLabel("kimg", { exact: true }).fill("-3");
  await button(page, "Start training").click();
  await page.getByRole("alert").filter({ hasText: /kimg/ }).waitFor();
  await page.evaluate(() => { location.hash = "#/runs/no-such-run"; });
  await page.getByRole("heading", { name: "Run", exact: true }).waitFor();
  await page.getByRole("alert").filter({ hasText: /no-such-run/ }).waitFor();
  await context.close();
});

test("data dropped on the form is checked before training", async () => {
  const { page, context } = await open(browser, address, { hash: "runs/new" });
  const file = join(runs, "bad.zip");
  writeFileSync(file, "no zip at all");
  await page.locator("input[type=file]").first().setInputFiles(file);
  await page.getByRole("alert").filter({ hasText: /bad\.zip/ }).waitFor();
  await context.close();
});

test("a token is asked for, once, and kept out of the address", { skip: process.env.GANNET_PAGE !== undefined }, async () => {
  const guarded = await serve(runs, "--token", "wing-tips-are-black");
  const { page, context } = await open(browser, guarded.address, { hash: "runs" });
  await page.getByRole("textbox", { name: "Token" }).fill("wrong");
  await button(page, "Open").click();
  await page.getByText("That is not this server's token.").waitFor();
  await page.getByRole("textbox", { name: "Token" }).fill("wing-tips-are-black");
  await button(page, "Open").click();
  await page.locator(".run-card img").first().waitFor();
  await until("the pictures, by the cookie", () => page.locator(".run-card img").first().evaluate((image) => image.naturalWidth > 0));
  const second = await open(browser, guarded.address);
  await second.page.goto(`${guarded.address}/#token=wing-tips-are-black`);
  await second.page.reload();
  await until("the token has left the address", async () => !second.page.url().includes("wing"));
  await context.close();
  await second.context.close();
  await guarded.stop();
});

test("in a classroom nothing is offered that is not allowed", { skip: process.env.GANNET_PAGE !== undefined }, async () => {
  const classroom = await serve(runs, "--classroom");
  const { page, faults, context } = await open(browser, classroom.address, { hash: "runs" });
  await page.locator(".run-card").first().waitFor();
  await page.getByText("Classroom", { exact: true }).waitFor();
  assert.equal(await page.getByRole("link", { name: "New run" }).count(), 0);
  await page.locator(".run-card h2 a").first().click();
  await page.getByRole("heading", { name: "Samples" }).waitFor();
  for (const name of ["Resume", "Fork", "Stop", "Delete"]) assert.equal(await page.getByText(name, { exact: true }).count(), 0, name);
  await page.getByRole("link", { name: "Game", exact: true }).click();
  await button(page, "Run").click();
  await until("a game of one's own", async () => (await step(page)) > 20);
  assert.deepEqual(faults, []);
  await context.close();
  await classroom.stop();
});
