// The game of points.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "../support.mjs";
import { button, given, step, until } from "./given.mjs";

test("the game runs, pauses, steps, and trains one player at a time", async () => {
  const { page, faults, context } = await open(given.browser, given.address, {
    hash: "game",
  });
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
  const { page, faults, context } = await open(given.browser, given.address, {
    hash: "game",
  });
  await button(page, "Draw your own").click();
  await page.locator("canvas.board").focus();
  for (const key of [" ", "ArrowRight", " ", "Shift+ArrowUp", " ", "Shift+ArrowUp", " "])
    await page.keyboard.press(key);
  await button(page, "Learn this").click();
  await page
    .getByLabel("Data", { exact: true })
    .locator("option", { hasText: "your drawing" })
    .waitFor({ state: "attached" });
  await button(page, "Run").click();
  await until("50 steps", async () => (await step(page)) > 50);
  assert.deepEqual(faults, []);
  await context.close();
});
