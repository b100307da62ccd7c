#!/usr/bin/env bash
# Numbers of docs/tables.md: the diamonds of ggplot2, as plotnine's wheel ships them, and samples of a network that learned from them.
# TABLE, if set, is diamonds.csv that is there already.
. "$(dirname "$0")/common.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
table=${TABLE:-}
if [ -z "$table" ]; then
  python3 -m pip download --quiet --no-deps --only-binary :all: --dest "$work" plotnine==0.15.9 >&2
  python3 -m zipfile -e "$work"/plotnine-*.whl "$work/wheel"
  table=$work/wheel/plotnine/data/diamonds.csv
fi
cp "$table" "$RUNS/diamonds.csv"
train diamonds --data "$RUNS/diamonds.csv" ${TRAIN:---kimg 2000 --tick 100 --snap 20}
"$GANNET" sample --network "$run" --seeds 0-19999 --out "$work/new.csv" >/dev/null
echo
echo '```'
echo "gannet sample --network RUN --seeds 0-19999 --out new.csv"
head -n 4 "$work/new.csv"
echo '```'
python3 "$(dirname "$0")/tables.py" "$table" "$work/new.csv"
