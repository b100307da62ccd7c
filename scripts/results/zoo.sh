#!/usr/bin/env bash
# Trains the networks of the zoo, writes them to weights/zoo, and prints the tables of docs/zoo.md. Each takes half an hour to some hours of a processor's
# core, or a few minutes of a GPU.
#   NAMES="clothes faces ..."   those to train (default: all)
#   LENGTH="--minutes 5"        instead of the lengths below
#   PARALLEL=1                  all at a time, for a GPU
# Runs that are done in $RUNS are taken as they are. Needs: gannet data fetch fashion-mnist dicebear photos.
. "$(dirname "$0")/common.sh"

# Narrower than the defaults where G would have more than 1.4 million weights: 3 MB in half precision.
declare -A options=(
  [clothes]="--cfg r3gan --data fashion-mnist --ngf 56 --ndf 64 --kimg 100"
  [faces]="--cfg r3gan --data dicebear --image-size 64 --ngf 32 --kimg 100"
  [faces-by-sentence]="--cfg text2image --data dicebear --image-size 64 --ngf 20 --kimg 100"
  [enlarge]="--cfg srgan --data photos --crop random --image-size 96 --kimg 60"
  [tones]="--cfg wavegan --data tones --kimg 60"
)
# D is kept where both fit: the quiz and the detector take it.
declare -A more=([clothes]="--discriminator" [faces]="--discriminator")
names=${NAMES:-clothes faces faces-by-sentence enlarge tones}

train_one() {
  local name=$1
  [ -e "$(find "$RUNS/$name" -name DONE 2>/dev/null)" ] ||
    "$GANNET" train ${options[$name]} ${LENGTH:-} --metrics none --threads "${THREADS:-1}" --outdir "$RUNS/$name" >"$RUNS/$name.log" 2>&1
}
for name in $names; do
  if [ -n "${PARALLEL:-}" ]; then train_one "$name" & else train_one "$name"; fi
done
wait

mkdir -p weights/zoo docs/zoo
for name in $names; do
  run=$(find "$RUNS/$name" -name options.json -printf '%h\n' | tail -n 1)
  data=$(sed -n 's/.*--data \([^ ]*\).*/\1/p' <<<"${options[$name]}")
  licence=$("$GANNET" data list | awk -F '  +' -v name="$data" '$1 == name { print $4 }')
  "$GANNET" export --network "$run@last" --precision f16 ${more[$name]:-} --data "$data" --licence "$licence" --out "weights/zoo/$name.safetensors"
  cp "$(ls "$run"/fakes-0*.png | tail -n 1)" "docs/zoo/$name.png"
done
