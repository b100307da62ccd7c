// Each view at 390 and 1,280 pixels.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, open, tooWide } from "../support.mjs";
import { given } from "./given.mjs";

const kViews = [
  "runs",
  "runs/new",
  "game",
  "play",
  "judge",
  "learn",
  "learn/1",
  "learn/4",
  "learn/5",
  "learn/7",
  "learn/10",
  "code/src/gannet/losses/adversarial.cpp",
];

for (const [width, height, dark] of [
  [390, 844, true],
  [1280, 800, false],
])
  test(`each view at ${width} pixels: its heading, nothing cut, nothing in the console, no serious finding`, async () => {
    for (const hash of kViews) {
      const { page, faults, context } = await open(given.browser, given.address, {
        width,
        height,
        dark,
        hash,
      });
      await page.locator("h1").first().waitFor();
      await page.waitForLoadState("networkidle", { timeout: 3000 }).catch(() => undefined); // a stream stays open
      await page.waitForTimeout(400);
      assert.deepEqual(await tooWide(page), [], `${hash}: beyond the right edge`);
      assert.deepEqual(await axe(page), [], `${hash}: axe-core`);
      assert.deepEqual(faults, [], `${hash}: console`);
      await context.close();
    }
  });

test("the five views are links of these names", async () => {
  const { page, context } = await open(given.browser, given.address);
  for (const name of ["Runs", "Game", "Play", "Judge", "Learn"]) {
    await page.getByRole("link", { name, exact: true }).click();
    await page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
  }
  await context.close();
});
