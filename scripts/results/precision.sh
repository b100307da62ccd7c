#!/usr/bin/env bash
# The table of docs/speed.md on `--precision bf16`: dcgan and r3gan on Fashion-MNIST in both precisions, three seeds of each, by `gannet sweep`.
. "$(dirname "$0")/common.sh"
recipes=${RECIPES:-dcgan r3gan}
sweep precision "cfg = [$(printf '"%s", ' $recipes | sed 's/, $//')]
precision = [\"f32\", \"bf16\"]"
echo
echo '```'
cat "$RUNS/precision.txt"
echo '```'
for cfg in $recipes; do
  for precision in f32 bf16; do
    echo "$cfg, $precision: $(cpu_seconds 5.184 --cfg $cfg --data fashion-mnist --precision $precision) s of the processor for 5 kimg, start included"
  done
done
