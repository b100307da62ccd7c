#!/usr/bin/env bash
# Images and figures of docs/detect.md. NETWORK, if set, is a run of the command below that is there already.
. "$(dirname "$0")/common.sh"
notes=${GANNET_DATA:-$HOME/.cache/gannet}/banknotes
[ -d "$notes/real" ] || "$GANNET" data fetch banknotes >&2
mkdir -p docs/detect

options="--ngf 32 --ndf 24 --glr 1e-3 --dlr 4e-4 --kimg ${KIMG:-25} --tick 5 --snap 5"
if [ -n "${NETWORK:-}" ]; then run=$NETWORK; else train notes --cfg dcgan --preset paper --batch 64 --data banknotes $options >&2; fi  # no pipe: it sets $run
echo
echo '```'
echo "gannet data fetch banknotes"
echo "gannet train --cfg dcgan --preset paper --batch 64 --data banknotes $options"
echo '```'

# The test notes: one half calibrates, the other is tested.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/held-out" "$work/judged/real"
for file in "$notes"/real/test/*.png; do
  number=$(basename "$file" .png | tr -dc 0-9)
  if [ $((10#$number % 2)) = 0 ]; then cp "$file" "$work/held-out"; else cp "$file" "$work/judged/real"; fi
done
cp -r "$notes/forged" "$work/judged/forged"

"$GANNET" detect --network "$run" --data banknotes --held-out "$work/held-out" --roc docs/detect/roc.png --json "$work/judged" \
  >"$work/report.json"
"$GANNET" data show "$notes/forged" --grid 8x5 --out docs/detect/forged.png >&2
"$GANNET" sample --network "$run" --seeds 0-31 --grid 16x2 --out docs/detect/generated.png >&2
python3 - "$work/report.json" <<'PY'
import json, sys
report = json.load(open(sys.argv[1]))
p = report["protocol"]
real = [f["p_value"] for f in report["files"] if f.get("kind") == "real"]
print(f"\nThe classifier was trained for {p['classifier_steps']} steps on {p['trained'][0]} real notes and as many of G's; both scores were calibrated on "
      f"{p['calibrated'][0]} notes of each, of which {p['calibrated_accuracy']:.1%} are classified correctly. Tested: {len(real)} further real notes "
      f"({sum(v <= 0.05 for v in real) / len(real):.1%} of them false positives at p <= 0.05), and\n")
print("| forgery | notes | AUC of D | AUC of the classifier | AUC together | detected |\n|---|---|---|---|---|---|")
for k in report["kinds"]:
    print(f"| {k['kind']} | {k['images']} | {k['auc_discriminator']:.3f} | {k['auc_classifier']:.3f} | {k['auc']:.3f} | {k['detection_rate']:.0%} |")
PY
