// Builds the page into dist/ (or the folder given): index.html, app.js, app.css, LICENSES.txt. The same sources give the same bytes.
import { build } from "esbuild";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const web = dirname(fileURLToPath(import.meta.url));
const dist = process.argv[2] ?? join(web, "dist");
const bundled = ["preact", "uplot"];

mkdirSync(dist, { recursive: true });
await build({
  absWorkingDir: web,
  entryPoints: { app: "src/main.tsx" },
  outdir: dist,
  bundle: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  loader: { ".md": "text" },
  minify: true,
  legalComments: "none",
  charset: "utf8",
  logLevel: "warning",
});
copyFileSync(join(web, "src/index.html"), join(dist, "index.html"));

const licences = bundled.map((name) => {
  const folder = join(web, "node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, "LICENSE"), "utf8").trim()}\n`;
});
writeFileSync(
  join(dist, "LICENSES.txt"),
  `The page contains these packages, under these licences.\n\n${licences.join(`\n${"-".repeat(78)}\n\n`)}`,
);
