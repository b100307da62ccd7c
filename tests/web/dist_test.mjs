// web/dist is what the sources give, byte for byte, and within its budget.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { need, scratch, web } from "./support.mjs";

const kBudget = 150e3; // bytes of all scripts and styles, compressed
need("esbuild");
const made = scratch(),
  faults = [];
const types = spawnSync(process.execPath, [join(web, "node_modules/typescript/bin/tsc"), "-p", web], {
  encoding: "utf8",
});
if (types.status !== 0) faults.push(types.stdout);
const style = spawnSync(
  process.execPath,
  [
    join(web, "node_modules/prettier/bin/prettier.cjs"),
    "--config",
    join(web, ".prettierrc.json"),
    "--list-different",
    join(web, "src/**/*.{ts,tsx}"),
  ],
  { encoding: "utf8" },
);
if (style.status !== 0) faults.push(`npm run --prefix web format: ${style.stdout}${style.stderr}`);
const built = spawnSync(process.execPath, [join(web, "build.mjs"), made], {
  encoding: "utf8",
});
if (built.status !== 0) faults.push(built.stderr);

const names = readdirSync(made).sort(),
  committed = readdirSync(join(web, "dist")).sort();
if (names.join() !== committed.join()) faults.push(`web/dist has ${committed}, the sources give ${names}`);
for (const name of names.filter((one) => committed.includes(one)))
  if (!readFileSync(join(made, name)).equals(readFileSync(join(web, "dist", name))))
    faults.push(`web/dist/${name} is not what the sources give: make web`);
const size = names
  .filter((name) => !name.endsWith(".txt"))
  .reduce((sum, name) => sum + gzipSync(readFileSync(join(made, name))).length, 0);
if (size > kBudget) faults.push(`the page has ${size} bytes compressed, ${kBudget} are its budget`);
const page = readFileSync(join(made, "index.html"), "utf8");
if (/<script(?![^>]*\bsrc=)|\son\w+=|style=|https?:\/\/(?!www\.w3\.org)/.test(page))
  faults.push("index.html has inline script, inline style or another host");

for (const fault of faults) console.error(fault);
console.log(`${names.length} files, ${size} bytes compressed`);
process.exitCode = faults.length ? 1 : 0;
