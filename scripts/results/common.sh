# Shared by the scripts of this folder: each makes the pictures and numbers of one page in docs.
# Results are written to docs/recipes/NAME/ (pictures) and printed as Markdown (numbers).
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
GANNET=${GANNET:-build/release/gannet}
RUNS=${RUNS:-$(mktemp -d)}
[ -x "$GANNET" ] || { echo "results: no program at $GANNET (make build)" >&2; exit 1; }

# train NAME ARGS...: trains, prints the command, seconds and last figures; the run directory is in $run. A finished run of this
# name in $RUNS is taken as it is.
train() {
  local name=$1; shift
  local log="$RUNS/$name.log"
  run=$(find "$RUNS" -maxdepth 1 -name "*-$name" | tail -n 1)
  if [ ! -e "$run/DONE" ]; then
    "$GANNET" train --outdir "$RUNS" --desc "$name" "$@" >"$log"
    run=$(tail -n 1 "$log")
  fi
  echo
  echo '```'
  local shown=${*//"$RUNS/"/}
  echo "gannet train ${shown//$HOME/\~}"
  echo '```'
  python3 - "$run" <<'PY'
import json, pathlib, sys
run = pathlib.Path(sys.argv[1])
last = json.loads((run / "stats.jsonl").read_text().splitlines()[-1])
options = json.loads((run / "options.json").read_text())
images = last["kimg"] * 1000
print(f"\n{last['kimg']:.0f} kimg in {last['seconds']:.0f} s ({images / last['seconds']:.0f} img/s, "
      f"{options['threads']} threads), seed {options['seed']}, {last['memory_mb']:.0f} MB. At the end: "
      + ", ".join(f"{k} {v:.2f}" for k, v in {**{'loss ' + k: v for k, v in last['loss'].items()}, **last['score']}.items()) + ".")
def protocol_text(protocol):
    return ", ".join(f"{key} {value}" for key, value in protocol.items() if key not in ("precision", "seed", "modes_total", "n_real", "data", "data_hash", "feature_hash", "shape", "filter"))
metrics = run / "metrics.jsonl"
if metrics.exists():
    lines = [json.loads(line) for line in metrics.read_text().splitlines()]
    for m in {line["metric"]: line for line in lines}.values():
        print(f"`{m['metric']}` {m['value']:g} (real data: {m['real']:g}; {protocol_text(m['protocol'])})")
PY
}

# keep RUN IMAGE: the run's last grid as docs/recipes/IMAGE.
keep() {
  mkdir -p "docs/recipes/$(dirname "$2")"
  cp "$(ls "$1"/fakes-0*.png | tail -n 1)" "docs/recipes/$2"
}

# cpu_seconds KIMG ARGS...: processor time of a run of that length on one thread.
cpu_seconds() {
  local kimg=$1 folder
  shift
  folder=$(mktemp -d)
  TIMEFORMAT='%U %S'
  { time "$GANNET" train --outdir "$folder" --threads 1 --kimg "$kimg" --snap 1000000 "$@" >/dev/null 2>&1; } 2>&1 | awk '{ print $1 + $2 }'
  rm -rf "$folder"
}

# train_for SECONDS NAME ARGS...: trains on one thread as many images as fit that much processor time, by short runs before it, so that
# schedules end with the run; the run is in $run.
train_for() {
  local limit=$1 name=$2 start more whole kimg
  shift 2
  start=$(cpu_seconds 0.064 "$@")
  for more in 0.256 2.56 20.48 163.84; do  # until it takes long enough for a steady rate
    whole=$(cpu_seconds "$(awk "BEGIN { print 0.064 + $more }")" "$@")
    if awk "BEGIN { exit !($whole - $start > 2) }"; then break; fi
  done
  kimg=$(awk "BEGIN { k = 0.064 + ($limit - $start) * $more / ($whole - $start); printf \"%.2f\", k < 0.1 ? 0.1 : k }")
  "$GANNET" train --outdir "$RUNS" --desc "$name" --threads 1 --kimg "$kimg" "$@" >"$RUNS/$name.log" 2>&1
  run=$(find "$RUNS" -maxdepth 1 -type d -name "*-$name" | tail -n 1)
}

# sweep NAME GRID [LINE...]: three seeds of each value of the grid on Fashion-MNIST, KIMG (30) thousand images each, measured at the end; $RUNS/NAME.toml,
# the table of the last networks as $RUNS/NAME.csv and $RUNS/NAME.txt. What is there already is taken as it is.
sweep() {
  local name=$1 grid=$2
  shift 2
  { printf '%s\n' 'seeds = "0-2"' "outdir = \"$RUNS/$name\"" "[options]" 'data = "fashion-mnist"' "kimg = ${KIMG:-30}" "threads = 1" "tick = 5" "snap = 6" \
      "snap-first = 0" 'metrics = "fd10k,precision10k,recall10k"' "$@" "[grid]"
    echo "$grid"; } >"$RUNS/$name.toml"
  "$GANNET" sweep "$RUNS/$name.toml" --jobs 1 >"$RUNS/$name.log"
  "$GANNET" sweep "$RUNS/$name.toml" --table --at last --csv "$RUNS/$name.csv" >"$RUNS/$name.txt"
}
