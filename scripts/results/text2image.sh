#!/usr/bin/env bash
# Images and figures of docs/recipes/text2image.md. PYTHON: one with torch and NumPy, for the classifier. Cartoon faces: gannet data fetch
# dicebear; drawings: gannet data fetch openmoji. SETS: which to make ("shapes openmoji faces"); SHAPES, OPENMOJI, FACES: more arguments
# for each training.
. "$(dirname "$0")/common.sh"
PYTHON=${PYTHON:-python3}
cache=${GANNET_DATA:-$HOME/.cache/gannet}
judged() { "$PYTHON" scripts/results/attributes.py judge --gannet "$GANNET" --network "$run" "$@"; }

# drawn IMAGE SENTENCE...: eight samples of each sentence, a row each.
drawn() {
  local image=$1 rows=() row
  shift
  for sentence in "$@"; do
    row="$RUNS/row${#rows[@]}.npy"
    "$GANNET" sample --network "$run" --text "$sentence" --seeds 0-7 --out "$row" >/dev/null
    rows+=("$row")
  done
  mkdir -p "docs/recipes/$(dirname "$image")"
  "$PYTHON" scripts/results/attributes.py rows "${rows[@]}" "docs/recipes/$image"
  echo; echo "Rows: $(printf '"%s"; ' "$@" | sed 's/; $//'), seeds 0 to 7."
}

for set in ${SETS:-shapes openmoji faces}; do
  if [ $set = shapes ]; then
    folder="$RUNS/shapes"
    "$GANNET" data pack shapes "$RUNS/shapes.zip" --overwrite >/dev/null
    "$PYTHON" scripts/results/attributes.py split "$RUNS/shapes.zip" "$folder"
    (cd "$RUNS" && ln -sf shapes/train.zip shapes-train.zip)
    train shapes --cfg text2image --data "$RUNS/shapes-train.zip" --kimg 150 --tick 10 --snap 4 --threads 1 ${SHAPES:-}
    drawn text2image/shapes.png "a large red star on a light background" "a small blue heart on a dark background" \
      "a green ring on a light background" "a large circle, orange, on a dark background"
    judged --data "$folder"
  elif [ $set = openmoji ]; then
    train openmoji --cfg text2image --data openmoji --image-size 32 --kimg 120 --tick 10 --snap 4 --threads 1 ${OPENMOJI:-}
    drawn text2image/openmoji.png "red heart, emotion, love" "green heart, 143, emotion, ily, love" "grinning face, cheerful, cheery, happy, laugh" \
      "woman scientist, biologist, chemist, engineer, mathematician" "goat, animal, capricorn, farm, milk" "purple cat"
  else
    train faces --cfg text2image --data dicebear --image-size 64 --mirror --kimg 200 --tick 10 --snap 5 --threads 1 ${FACES:-}
    drawn text2image/faces.png "a person with red hair and glasses" "a person with short black hair and a beard" \
      "a person with a hat and a moustache" "a smiling person with long blond hair and sunglasses in a blue hoodie" \
      "a person with long pink hair and sunglasses" "a person with a bald head and sunglasses"
    "$GANNET" video --network "$run" --seeds 3 --frames 12 --fps 12 --scale 2 --out docs/recipes/text2image/walk.webp \
      --texts "a person with long red hair and glasses; a person with short black hair and a beard; a smiling person with a bald head in a green shirt" >/dev/null
    judged --data "$cache/dicebear" --size 64
  fi
done
