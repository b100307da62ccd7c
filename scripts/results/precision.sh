#!/usr/bin/env bash
# The table of docs/speed.md on `--precision bf16`: dcgan and r3gan on Fashion-MNIST in both precisions, three seeds of each, by `gannet sweep`.
. "$(dirname "$0")/common.sh"
cat >"$RUNS/precision.toml" <<TOML
seeds = "0-2"
outdir = "$RUNS/precision"
[options]
data = "fashion-mnist"
kimg = ${KIMG:-30}
threads = 1
tick = 5
snap = 6
snap-first = 0
metrics = "fd10k,precision10k,recall10k"
[grid]
cfg = ["dcgan", "r3gan"]
precision = ["f32", "bf16"]
TOML
"$GANNET" sweep "$RUNS/precision.toml" --jobs 1 >"$RUNS/precision.log"
echo
echo '```'
"$GANNET" sweep "$RUNS/precision.toml" --table --at last
echo '```'
for cfg in dcgan r3gan; do
  for precision in f32 bf16; do
    echo "$cfg, $precision: $(cpu_seconds 5.184 --cfg $cfg --data fashion-mnist --precision $precision) s of the processor for 5 kimg, start included"
  done
done
