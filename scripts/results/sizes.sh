#!/usr/bin/env bash
# The table of docs/sizes.md (and images, in $RUNS/images): dcgan with its defaults at each size for some minutes of one core, on cartoon faces that are
# drawn at 128 pixels (gannet data fetch dicebear --size 128, into FACES), rectangles on photographs. CPU: seconds a size; KIMG: a length instead.
. "$(dirname "$0")/common.sh"
limit=${CPU:-180}
page=$RUNS/images
mkdir -p $page
faces=$(realpath -m "${FACES:-$RUNS/data}")
GANNET_DATA=$faces "$GANNET" data fetch dicebear --size 128 --count 5000 >&2

echo "| size | data | seconds a thousand images | images seen |"
echo "|---|---|---|---|"
for size in ${SIZES:-28 32 48 64 96 112 128 192 256 128x64 96x48}; do
  case $size in *x*) data=photos ;; *) data=$faces/dicebear/train.zip ;; esac
  how=(--cfg "${RECIPE:-dcgan}" --data "$data" --image-size "$size" --tick 0.256)
  if [ -n "${KIMG:-}" ]; then
    train "size-$size" --kimg "$KIMG" --threads 1 --snap 1000000 "${how[@]}" >/dev/null
  else
    train_for "$limit" "size-$size" "${how[@]}"
  fi
  "$GANNET" sample --network "$run" --seeds 0-15 --grid 8x2 --out "$page/$size.png" >/dev/null
  python3 - "$run" "$size" "$(basename "${data%/train.zip}")" <<'PY'
import json, pathlib, sys
run, size, data = sys.argv[1:]
lines = [json.loads(line) for line in (pathlib.Path(run) / "stats.jsonl").read_text().splitlines()]
first, last = lines[0], lines[-1]
print(f"| {size} | {data} | {(last['seconds'] - first['seconds']) / (last['kimg'] - first['kimg']):.1f} | {last['kimg'] * 1000:,.0f} |")
PY
done
