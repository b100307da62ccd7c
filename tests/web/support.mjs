// What the tests of the page share: the packages of web/, a server of their own, and a browser that fails on any console error.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
export const web = join(root, "web");
const require = createRequire(join(web, "package.json"));

export function skip(why) {
  console.log(`skipped: ${why}`);
  process.exit(77);
}

export function need(name) {
  if (!existsSync(join(web, "node_modules", name))) skip(`${name} is not in web/node_modules (npm ci --prefix web)`);
  return require(name);
}

export function browserPath() {
  const found = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
    (path) => path && existsSync(path),
  );
  return found ?? skip("no chromium (apt-get install chromium)");
}

export const program = process.env.GANNET ?? join(root, "build/release/gannet");
const environment = {
  ...process.env,
  GANNET_THREADS: "1",
  OMP_NUM_THREADS: "1",
};

export function gannet(...words) {
  const done = spawnSync(program, words, {
    encoding: "utf8",
    env: environment,
  });
  if (done.status !== 0) throw new Error(`gannet ${words.join(" ")}: status ${done.status}\n${done.stderr}`);
  return done.stdout;
}

export const has = (command) => spawnSync(program, [command, "--help"], { env: environment }).status === 0;

export function scratch() {
  const folder = mkdtempSync(join(tmpdir(), "gannet-page-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const children = new Set();
process.on("exit", () => stopAll());
export const stopAll = () => {
  for (const child of children) child.kill("SIGKILL");
};

// `gannet serve` on a free port, over the page as it is built now.
export async function serve(runs, ...words) {
  const child = spawn(program, ["serve", "--runs", runs, "--web", join(web, "dist"), "--port", "0", ...words], {
    env: environment,
  });
  children.add(child);
  child.on("exit", () => children.delete(child));
  let said = "";
  const address = await new Promise((found, failed) => {
    const listen = (text) => {
      said += text;
      const match = /http:\/\/[\w.:[\]]+/.exec(said);
      if (match) found(match[0].replace("0.0.0.0", "127.0.0.1").replace(/\/$/, ""));
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.on("exit", (status) => failed(new Error(`gannet serve ended with ${status}: ${said}`)));
  });
  return {
    address,
    said: () => said,
    stop: () =>
      new Promise((done) => {
        child.on("exit", done);
        child.kill("SIGINT");
      }),
  };
}

// A page of its own context; `faults` collects what a person would see in the console.
export async function open(browser, address, { width = 1280, height = 800, dark = false, hash = "" } = {}) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? "dark" : "light",
    acceptDownloads: true,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20000);
  const faults = [];
  page.on("pageerror", (error) => faults.push(`page error: ${error.message}`));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) faults.push(`${message.type()}: ${message.text()}`);
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (["http:", "https:", "ws:", "wss:"].includes(url.protocol) && url.origin !== new URL(address).origin)
      faults.push(`another host: ${url}`);
  });
  await page.goto(`${address}/#/${hash}`);
  return { page, faults, context };
}

// Serious and critical findings of axe-core, one line each.
export async function axe(page) {
  const { source } = need("axe-core");
  await page.evaluate(source);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary?.split("\n")[1]?.trim() ?? ""}`),
    );
}

// Elements that reach beyond the right edge of the page.
export const tooWide = (page) =>
  page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.querySelectorAll("body *")]
      .filter((one) => one.getBoundingClientRect().right > width + 1 && !one.closest(".scroll, .tabs, pre, svg"))
      .map((one) => `${one.tagName.toLowerCase()}.${one.className}`)
      .slice(0, 5);
  });
