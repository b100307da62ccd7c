// The pictures of docs/page.md, of a server that runs: node tests/web/screenshots.mjs ADDRESS NETWORK RUN [NAME]
// Made small by Pillow: image.quantize(255).
// NETWORK: an id with classes, its data at hand; RUN: one with metrics.
import { join } from "node:path";
import { browserPath, need, open, root } from "./support.mjs";

const { chromium } = need("playwright-core");
const [address, network, run, only] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: browserPath(),
  args: ["--no-sandbox"],
});
const button = (page, name) => page.getByRole("button", { name, exact: true });

async function shot(name, options, work) {
  if (only && name !== only) return;
  const { page, context, faults } = await open(browser, address, options);
  page.setDefaultTimeout(60000);
  await work(page);
  await page.waitForTimeout(500);
  await page.screenshot({ path: join(root, "docs/page", `${name}.png`) });
  console.log(name, ...faults);
  await context.close();
}

const played = (steps) => async (page) => {
  await page.waitForTimeout(800);
  await page.getByLabel("Speed").fill("6");
  await button(page, "Run").click();
  while (
    Number(/step ([\d,]+)/.exec(await page.locator(".figures .number").first().textContent())?.[1].replace(/,/g, "")) <
    steps
  )
    await page.waitForTimeout(200);
  await button(page, "Pause").click();
  await page.evaluate(() => scrollTo(0, 0));
};

await shot("game", { hash: "game", height: 860 }, played(900));
await shot("phone", { hash: "game", width: 390, height: 844, dark: true }, played(500));
await shot("play", { hash: `play/${network}`, height: 860 }, async (page) => {
  await page.getByLabel("Class").selectOption("9");
  await page.waitForTimeout(4000);
  await button(page, "Generate").click();
  await page.waitForTimeout(4000);
  await page.locator(".gallery button").nth(5).click();
  await button(page, "Nearest training pictures").click();
  await page.locator(".neighbours img").first().waitFor();
  await page.evaluate(() => scrollTo(0, 0));
});
await shot("mix", { hash: `play/${encodeURIComponent("zoo:faces-by-sentence")}`, height: 900 }, async (page) => {
  await page.getByLabel("Sentence", { exact: true }).fill("a smiling person with long red hair and glasses");
  await page.getByRole("tab", { name: "Mix styles" }).click();
  await page.getByLabel("Sentence of the styles").fill("a person with black hair and a yellow shirt");
  await button(page, "Mix").click();
  await page.locator("table.mixed td img").last().waitFor();
  await page.waitForTimeout(4000);
  await page.evaluate(() => scrollTo(0, 0));
});
await shot("run", { hash: `runs/${run}`, height: 900 }, (page) => page.locator(".uplot").first().waitFor());
await shot("judge", { hash: "judge", height: 860 }, async (page) => {
  await page.getByLabel("Network", { exact: true }).selectOption(network);
  await button(page, "Start the quiz").click();
  await page.locator(".question img").waitFor();
  for (let i = 0; i < 20; i++) await page.keyboard.press((i * 7) % 3 ? "r" : "g");
  await page.locator(".truth img").last().waitFor();
});
await shot("learn", { hash: "learn/2", height: 800 }, async (page) => {
  await page.waitForTimeout(800);
  await button(page, "Run").click();
  await page.waitForTimeout(6000);
  await button(page, "Pause").click();
  await page.evaluate(() => scrollTo(0, 0));
});
await browser.close();
