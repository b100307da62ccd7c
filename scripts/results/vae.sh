#!/usr/bin/env bash
# Images and figures of docs/recipes/vae.md: the VAE beside dcgan at about equal seconds of one core. JUDGE: a Python with NumPy, for
# sharpness.py. PARTS: fashion-mnist, faces. Without `gannet data fetch dicebear` there are no faces.
. "$(dirname "$0")/common.sh"
JUDGE=${JUDGE:-python3}
page=docs/recipes/vae
mkdir -p $page

# timed NAME ARGS...: trains on one thread; $seconds: of the processor.
timed() {
  local TIMEFORMAT='%U'
  { time train "$@" --threads 1 2>&3; } 3>&2 2>"$RUNS/seconds"
  seconds=$(cut -d. -f1 "$RUNS/seconds")
}

# side_by_side NAME TRAIN TEST SPLIT VAE_KIMG GAN_KIMG OPTIONS_OF_DCGAN...
side_by_side() {
  local name=$1 train=$2 test=$3 split=$4 vae_kimg=$5 gan_kimg=$6 vae gan vae_seconds gan_seconds sharpness; shift 6
  timed "$name-vae" --cfg vae --preset paper --data "$train" --kimg $vae_kimg --tick 10 --snap 50
  vae=$run vae_seconds=$seconds
  timed "$name-dcgan" --cfg dcgan --preset paper --batch 64 --data "$train" "$@" --kimg $gan_kimg --tick 10 --snap 50
  gan=$run gan_seconds=$seconds
  vae_run=$vae gan_run=$gan
  "$GANNET" data pack "$test" "$RUNS/$name-real.npy" --split $split --limit 2000 >/dev/null
  for net in vae gan; do
    "$GANNET" sample --network "${!net}" --seeds 0-31 --grid 8x4 --out $page/$name-$net.png >/dev/null
    "$GANNET" sample --network "${!net}" --seeds 0-1999 --out "$RUNS/$name-$net.npy" >/dev/null
  done
  sharpness=($("$JUDGE" scripts/results/sharpness.py "$RUNS/$name-real.npy" "$RUNS/$name-vae.npy" "$RUNS/$name-gan.npy"))
  echo
  "$GANNET" reconstruct --network "$vae" --data "$test" --split $split --samples 2000 --grid 8x2 --out $page/$name-rebuilt.png | head -n 1
  echo
  echo "| $name | kimg | seconds of one core | sharpness of samples (real: 1) |"
  echo "|---|---|---|---|"
  echo "| vae | $vae_kimg | $vae_seconds | ${sharpness[1]} |"
  echo "| dcgan | $gan_kimg | $gan_seconds | ${sharpness[2]} |"
  echo
}

clothes() {
  side_by_side fashion-mnist fashion-mnist fashion-mnist test 120 60 --ngf 64 --ndf 32 --glr 1e-3 --dlr 4e-4
  echo "| fashion-mnist | \`fd10k\` | \`precision10k\` | \`recall10k\` |"
  echo "|---|---|---|---|"
  for net in vae gan; do
    local run=${net}_run
    "$GANNET" eval --network "${!run}@last" --data fashion-mnist --metrics fd10k,precision10k,recall10k --json |
      python3 -c 'import json, sys; print("|", sys.argv[1], "|", " | ".join("%.4g" % r["value"] for r in json.load(sys.stdin)["results"]), "|")' "$net"
  done
}

PARTS=${PARTS:-fashion-mnist faces}
case $PARTS in *fashion-mnist*) clothes ;; esac
if [[ $PARTS == *faces* ]] && [ -e "${GANNET_DATA:-$HOME/.cache/gannet}/dicebear/train.zip" ]; then
  side_by_side faces dicebear dicebear test 80 40 --ngf 32 --ndf 24 --glr 1e-3 --dlr 4e-4
fi
