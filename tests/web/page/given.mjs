// What every case has: a browser, and a server with small runs of each kind that the page tells apart.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before } from "node:test";
import { browserPath, gannet, has, need, program, scratch, serve, skip, stopAll } from "../support.mjs";

const { chromium } = need("playwright-core");
need("axe-core");
const executablePath = browserPath(),
  foreign = process.env.GANNET_PAGE !== undefined;
if (!foreign && !existsSync(program)) skip(`no program at ${program}`);
if (!foreign && !has("serve")) skip(`${program} has no command serve`);

const kRuns = [
  "--cfg vanilla --data ring-8 --kimg 10 --snap 4 --seed 1",
  "--cfg vanilla --data ring-8 --kimg 10 --snap 4 --loss hinge --desc loss=hinge,seed=0", // as a sweep names it
  "--cfg dcgan --data shapes --kimg 0.5 --image-size 16 --batch 32",
  "--cfg cgan --data shapes --kimg 0.3 --image-size 16 --batch 32",
  "--cfg text2image --data shapes --kimg 0.1 --image-size 16 --batch 32 --text-width 16",
  "--cfg pix2pix --data shapes-pairs --kimg 0.05 --image-size 32 --batch 8",
];

export const given = { runs: scratch(), foreign, browser: null, address: process.env.GANNET_PAGE };
let server;

before(async () => {
  if (!foreign) {
    for (const words of kRuns) gannet("train", "--outdir", given.runs, "--threads", "1", ...words.split(" "));
    server = await serve(given.runs);
    given.address = server.address;
  }
  given.browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
});
after(async () => {
  await given.browser?.close();
  await server?.stop();
  stopAll(); // also those of tests that failed
});

export const button = (page, name) => page.getByRole("button", { name, exact: true });

// "step 1,234, 60 a second" -> 1234
export async function step(page) {
  const text = await page.locator(".figures .number, .live .number").first().textContent();
  return Number(/step ([\d,]+?)(?:, |$)/.exec(text)?.[1].replace(/,/g, ""));
}

export async function until(what, holds, seconds = 15) {
  for (const end = Date.now() + 1000 * seconds; Date.now() < end; await new Promise((done) => setTimeout(done, 100)))
    if (await holds()) return;
  assert.fail(`not within ${seconds} s: ${what}`);
}
