// Runs: compared, started, stopped, forked; data dropped; errors.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { axe, open } from "../support.mjs";
import { button, given } from "./given.mjs";

test("Runs: two compared, one looked at over time", async () => {
  const { page, faults, context } = await open(given.browser, given.address, {
    hash: "runs",
  });
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

test("Runs: from the form to the first grid, live, and stopped", { skip: given.foreign }, async () => {
  const { page, faults, context } = await open(given.browser, given.address, {
    hash: "runs/new",
  });
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
  const { page, context } = await open(given.browser, given.address, { hash: "runs/new" });
  await page.getByLabel("kimg", { exact: true }).fill("-3");
  await button(page, "Start training").click();
  await page.getByRole("alert").filter({ hasText: /kimg/ }).waitFor();
  await page.evaluate(() => {
    location.hash = "#/runs/no-such-run";
  });
  await page.getByRole("heading", { name: "Run", exact: true }).waitFor();
  await page
    .getByRole("alert")
    .filter({ hasText: /no-such-run/ })
    .waitFor();
  await context.close();
});

test("data dropped on the form is checked before training", async () => {
  const { page, context } = await open(given.browser, given.address, { hash: "runs/new" });
  const file = join(given.runs, "bad.zip");
  writeFileSync(file, "no zip at all");
  await page.locator("input[type=file]").first().setInputFiles(file);
  await page
    .getByRole("alert")
    .filter({ hasText: /bad\.zip/ })
    .waitFor();
  await context.close();
});
