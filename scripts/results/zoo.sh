#!/usr/bin/env bash
# Trains the networks of the zoo, writes them to weights/zoo, and prints the tables of docs/zoo.md. Each takes half an hour to some hours of a processor's
# core, or a few minutes of a GPU.
#   NAMES="clothes faces ..."   those to train (default: those that come with Gannet; tones: not good yet)
#   LENGTH="--minutes 5"        instead of the lengths below
#   MEASURE=1                   trains none: measures the networks that are there, and writes their figures into their files
#   PARALLEL=1                  all at a time, for a GPU
# Runs that are done in $RUNS are taken as they are. Needs: gannet data fetch fashion-mnist dicebear photos openmoji.
. "$(dirname "$0")/common.sh"

# Narrower than the defaults where G would have more than 1.4 million weights: 3 MB in half precision.
declare -A options=(
  [clothes]="--cfg r3gan --data fashion-mnist --ngf 56 --ndf 64 --kimg 100"
  [faces]="--cfg r3gan --data dicebear --image-size 64 --ngf 32 --kimg 40"
  [faces-by-sentence]="--cfg text2image --data dicebear --image-size 64 --ngf 20 --kimg 100"
  [enlarge]="--cfg srgan --data photos --crop random --image-size 96 --ngf 24 --blocks 6 --kimg 30"
  [colouring]="--cfg pix2pix --data openmoji --image-size 64 --ngf 14 --ndf 16 --kimg 60"
  [tones]="--cfg wavegan --data tones --kimg 100"  # 20 leave chirps silent
)
# D is kept where both fit: the quiz and the detector take it.
declare -A more=([clothes]="--discriminator" [faces]="--discriminator")
declare -A metrics=([clothes]=fd10k,precision10k,recall10k,density10k,coverage10k [enlarge]=psnr,ssim [colouring]=psnr,ssim [tones]=log-mel2k,kid2k)
declare -A how=([enlarge]="--crop none")
names=${NAMES:-clothes faces faces-by-sentence enlarge colouring}

train_one() {
  local name=$1
  [ -e "$(find "$RUNS/$name" -name DONE 2>/dev/null)" ] ||
    "$GANNET" train ${options[$name]} ${LENGTH:-} --metrics none --threads "${THREADS:-1}" --outdir "$RUNS/$name" >"$RUNS/$name.log" 2>&1
}
[ -n "${MEASURE:-}" ] || for name in $names; do
  if [ -n "${PARALLEL:-}" ]; then train_one "$name" & else train_one "$name"; fi
done
wait

# measure NAME DATA: figures of weights/zoo/NAME.safetensors, printed, and as JSON in $RUNS/NAME.json.
measure() {
  local file=weights/zoo/$1.safetensors one_core=(--threads "${THREADS:-1}")
  "$GANNET" eval --network "$file" --data "$2" --split test --metrics "${metrics[$1]:-default}" ${how[$1]:-} "${one_core[@]}" --json >"$RUNS/$1.json"
  "$GANNET" eval --network "$file" --data "$2" --split test --metrics "${metrics[$1]:-default}" ${how[$1]:-} "${one_core[@]}"
  [ "$1" = enlarge ] || return 0
  # Beside each figure that of bicubic interpolation, and the gradient energy, which `sample` has.
  "$GANNET" sample --network "$file" --data "$2/test" --crop none --seeds 0-32 --out "$RUNS/enlarged.npy" "${one_core[@]}" | tee "$RUNS/enlarged.txt"
  python3 - "$RUNS/enlarged.txt" "$RUNS/$1.json" <<'PY'
import copy, json, pathlib, re, sys
text, path = pathlib.Path(sys.argv[1]).read_text(), pathlib.Path(sys.argv[2])
report = json.loads(path.read_text())
found = {who: [float(x) for x in rest] for who, *rest in re.findall(
    r"(output|bicubic) .*PSNR ([\d.]+) dB, SSIM ([\d.]+), ([\d.]+) of the targets' gradient energy", text)}
energy = copy.deepcopy(report["results"][0]) | {"metric": "gradient_energy", "value": found["output"][2], "better": "nearer to 1"}
report["results"].append(energy)
for result, bicubic in zip(report["results"], found["bicubic"], strict=True):
    result["baseline"] = {"what": "bicubic interpolation", "value": bicubic}
path.write_text(json.dumps(report))
PY
}

mkdir -p weights/zoo docs/zoo
for name in $names; do
  data=$(sed -n 's/.*--data \([^ ]*\).*/\1/p' <<<"${options[$name]}")
  if [ -n "${MEASURE:-}" ]; then  # the networks that are there
    measure "$name" "$data"
    "$GANNET" export --network "weights/zoo/$name.safetensors" --precision f16 ${more[$name]:-} --figures "$RUNS/$name.json" --out "weights/zoo/$name.safetensors"
    continue
  fi
  run=$(find "$RUNS/$name" -name options.json -printf '%h\n' | tail -n 1)
  licence=$("$GANNET" data list | awk -F '  +' -v name="$data" '$1 == name { print $4 }')
  "$GANNET" export --network "$run@last" --precision f16 ${more[$name]:-} --data "$data" --licence "$licence" --out "weights/zoo/$name.safetensors"
  # Grids of image-to-image recipes have pictures of others.
  [[ $name = enlarge || $name = colouring ]] || cp "$(ls "$run"/fakes-0*.png | tail -n 1)" "docs/zoo/$name.png"
  echo
  echo "\`zoo:$name\`, against held-out $data:"
  measure "$name" "$data"
  "$GANNET" export --network "weights/zoo/$name.safetensors" --precision f16 ${more[$name]:-} --figures "$RUNS/$name.json" --out "weights/zoo/$name.safetensors"
done
