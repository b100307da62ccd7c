#!/usr/bin/env bash
# The table of docs/defaults.md: each recipe's default preset and its paper's values after the same processor time on Fashion-MNIST, three seeds each, by
# `gannet eval`; and the table and samples of both for each recipe's page. RECIPES, PRESETS, SEEDS, CPU (seconds a run), PICTURES=false: none. Runs that are done in $RUNS are taken as they are.
. "$(dirname "$0")/common.sh"
limit=${CPU:-75}
SEEDS=${SEEDS:-0 1 2}
PRESETS=${PRESETS:-default paper}
RECIPES=${RECIPES:-vanilla dcgan cgan wgan-gp sngan acgan infogan r3gan}
metrics=fd10k,precision10k,recall10k,density10k,coverage10k

for recipe in $RECIPES; do
  for preset in $PRESETS; do
    for seed in $SEEDS; do
      made="$RUNS/$recipe-$preset-$seed"
      if [ ! -e "$made.json" ]; then
        train_for "$limit" "$(basename "$made")" --data fashion-mnist --tick 3 --cfg "$recipe" --preset "$preset" --seed "$seed"
        "$GANNET" eval --network "$run@last" --data fashion-mnist --metrics $metrics --threads 1 --json >"$made.new"
        python3 -c 'import json, pathlib, sys; print(json.loads((pathlib.Path(sys.argv[1]) / "stats.jsonl").read_text().splitlines()[-1])["kimg"])' "$run" >"$made.kimg"
        mv "$made.new" "$made.json"
      fi
      run=$(ls -d "$RUNS"/*-"$(basename "$made")" | tail -n 1)
      if [ ! -e "$made.classes" ]; then  # of networks that draw a class
        echo '{"results": []}' >"$made.new"
        if python3 -c 'import json, sys; sys.exit(not json.load(open(sys.argv[1] + "/options.json")).get("cond", sys.argv[2] in ("cgan", "acgan")))' "$run" "$recipe"; then
          "$GANNET" eval --network "$run@last" --data fashion-mnist --metrics gan-train10k --threads 1 --json >"$made.new"
        fi
        mv "$made.new" "$made.classes"
      fi
      if [ "$seed" = "${SEEDS%% *}" ] && [ "${PICTURES:-true}" = true ]; then
        mkdir -p "docs/recipes/$recipe"
        "$GANNET" sample --network "$run@last" --seeds 0-59 --grid 12x5 --out "docs/recipes/$recipe/$preset-preset.png" >/dev/null
      fi
    done
  done
done
python3 - "$RUNS" "$limit" "$RECIPES" "$PRESETS" "$SEEDS" <<'PY'
import json, pathlib, statistics, sys
folder, limit, (recipes, presets, seeds) = pathlib.Path(sys.argv[1]), sys.argv[2], (part.split() for part in sys.argv[3:])
names = ["fd", "precision", "recall", "density", "coverage"]
print(f"\n| recipe, preset, thousands of images in {limit} s of one core | " + " | ".join(names) + " |\n|---|" + "---|" * len(names))
number = lambda x: f"{x:.0f}" if abs(x) >= 100 else f"{x:.1f}" if abs(x) >= 10 else f"{x:.2g}" if abs(x) < 0.1 else f"{x:.3f}"
real, pages = {}, {}
for recipe in recipes:
    for preset in presets:
        made = [folder / f"{recipe}-{preset}-{seed}" for seed in seeds]
        rows = [json.loads(pathlib.Path(f"{path}.json").read_text())["results"] for path in made]
        kimg = statistics.mean(float(pathlib.Path(f"{path}.kimg").read_text()) for path in made)
        cells = []
        for i, name in enumerate(names):
            values = [row[i]["value"] for row in rows]
            real[name] = rows[0][i]["real"]
            spread = f" ± {number(statistics.stdev(values))}" if len(values) > 1 else ""
            cells.append(number(statistics.mean(values)) + spread)
        print(f"| `{recipe}`, {preset}, {kimg:.0f} | " + " | ".join(cells) + " |")
        classes = [found[0] for path in made if (found := json.loads(pathlib.Path(f"{path}.classes").read_text())["results"])]
        if classes:
            real["gan-train"] = classes[0]["real"]
            values = [result["value"] for result in classes]
            cells.append(number(statistics.mean(values)) + (f" ± {number(statistics.stdev(values))}" if len(values) > 1 else ""))
        pages.setdefault(recipe, {})[preset] = [f"{kimg:.0f}", *cells]
print("| real images | " + " | ".join(number(real[name]) for name in names) + " |")
for recipe, columns in pages.items():
    print(f"\n{recipe}:\n\n| Fashion-MNIST after {limit} s of one core | " + " | ".join(f"`--preset {preset}`" for preset in columns) + " | real images |\n|---|" + "---|" * (len(columns) + 1))
    print("| samples, seed 0 | " + " | ".join(f"![{preset}]({recipe}/{preset}-preset.png)" for preset in columns) + " | |")
    for i, name in enumerate(["thousand images seen", *(f"`{name}10k`" for name in [*names, "gan-train"])]):
        if i < max(map(len, columns.values())):
            print(f"| {name} | " + " | ".join(cells[i] if i < len(cells) else "" for cells in columns.values()) + f" | {number(real[name.strip('`').removesuffix('10k')]) if i else ''} |")
PY
