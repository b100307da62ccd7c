// Play and Judge.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, open } from "../support.mjs";
import { button, given, until } from "./given.mjs";

test("Play: generate, a picture, latents, a walk, a download", async () => {
  const { page, faults, context } = await open(given.browser, given.address, {
    hash: "play",
  });
  const chooser = page.getByLabel("Network", { exact: true });
  await chooser.selectOption({
    label: await chooser.locator("option", { hasText: "dcgan" }).first().textContent(),
  });
  await page.getByLabel("Seeds").fill("3,5-8");
  await button(page, "Generate").click();
  await until("five pictures", async () => (await page.locator(".gallery button").count()) === 5);
  await page.getByRole("button", { name: "Seed 7" }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.locator(".card").getByRole("button", { name: "Download" }).click(),
  ]);
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
  const { page, faults, context } = await open(given.browser, given.address, {
    hash: "play",
  });
  const chooser = page.getByLabel("Network", { exact: true });
  await chooser.selectOption({
    label: await chooser.locator("option", { hasText: "pix2pix" }).first().textContent(),
  });
  const box = await page.locator("canvas.sketch").boundingBox();
  await page.mouse.move(box.x + 80, box.y + 80);
  await page.mouse.down();
  for (const [x, y] of [
    [250, 80],
    [250, 250],
    [80, 250],
    [80, 80],
  ])
    await page.mouse.move(box.x + x, box.y + y, { steps: 6 });
  await page.mouse.up();
  await button(page, "Colour it").click();
  const picture = page.getByAltText("The coloured picture");
  await picture.waitFor();
  assert.ok(await picture.evaluate((image) => image.complete && image.naturalWidth >= 32));
  assert.deepEqual(faults, []);
  await context.close();
});

test("Play: styles are mixed, a row a seed, a column a style", async () => {
  const { page, faults, context } = await open(given.browser, given.address, { hash: "play" });
  const chooser = page.getByLabel("Network", { exact: true });
  await chooser.selectOption({
    label: await chooser.locator("option", { hasText: "text2image" }).first().textContent(),
  });
  await page.getByLabel("Sentence", { exact: true }).fill("a large red star");
  await page.getByRole("tab", { name: "Mix styles" }).click();
  await page.locator("table.mixed td img").first().waitFor();
  assert.equal(await page.locator("table.mixed td img").count(), 20);
  const source = (alt) => page.getByAltText(alt, { exact: true }).getAttribute("src");
  const [plain, mixed] = [await source("Seed 0"), await source("Seed 0 in the style of 10")];
  assert.notEqual(plain, mixed);
  await page.getByLabel("Seeds of the styles").fill("0,10");
  await button(page, "Mix").click();
  await until("a table of two styles", async () => (await page.locator("table.mixed td img").count()) === 8);
  assert.equal(await source("Seed 0 in the style of 0"), plain);
  assert.equal(await source("Seed 0 in the style of 10"), mixed);
  assert.deepEqual(await axe(page), []);
  assert.deepEqual(faults, []);
  await context.close();
});

test("Judge: a quiz by the keyboard, to the score and its p-value", async () => {
  const { page, faults, context } = await open(given.browser, given.address, {
    hash: "judge",
  });
  await page.getByLabel("Pictures", { exact: true }).selectOption("10");
  await button(page, "Start the quiz").click();
  await page.locator(".question img").waitFor();
  for (let i = 0; i < 10; i++) await page.keyboard.press(i % 2 ? "r" : "g");
  await page
    .getByText(/\d+ of 10/)
    .first()
    .waitFor();
  await page.getByText(/^p [=<] [\d.]+$/).waitFor();
  assert.equal(await page.locator(".truth li").count(), 10);
  assert.equal(await page.locator(".truth .is-real").count(), 5, "half of them real");
  assert.deepEqual(await axe(page), []);
  assert.deepEqual(faults, []);
  await context.close();
});

test("This picture does not exist: a sample without any console error", async () => {
  const { page, faults, context } = await open(given.browser, given.address, { hash: "play" });
  await page.goto(`${given.address}/random`);
  await page.getByAltText(/^sample \d+$/).waitFor();
  await page.waitForTimeout(300);
  assert.deepEqual(faults, []);
  await context.close();
});
