#!/usr/bin/env bash
# Images and figures of docs/tools.md. DCGAN, CGAN and SHAPES, if set, are runs of the commands below that are there already.
# Images that show data are of shapes, which Gannet draws; figures are of Fashion-MNIST too.
. "$(dirname "$0")/common.sh"
mkdir -p docs/tools
fast="--kimg 150 --tick 10 --snap 10"
plain=${DCGAN:-} classes=${CGAN:-} shapes=${SHAPES:-}
[ -n "$plain" ] || { train fashion --cfg dcgan --preset paper --batch 64 --data fashion-mnist --ngf 64 --ndf 32 --glr 1e-3 --dlr 4e-4 $fast >&2; plain=$run; }
[ -n "$classes" ] || { train classes --cfg cgan --preset paper --data fashion-mnist --ngf 32 --ndf 16 --glr 1e-3 --dlr 4e-4 --kimg 15 --tick 5 --snap 1 --ema 2 >&2; classes=$run; }
[ -n "$shapes" ] || { train shapes --cfg dcgan --preset paper --batch 64 --data shapes --ngf 64 --ndf 32 --glr 1e-3 --dlr 4e-4 --kimg 60 --tick 10 --snap 10 >&2; shapes=$run; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

show() { echo; echo '```'; echo "\$ gannet $1"; shift; cat; echo '```'; }

"$GANNET" sample --network "$plain" --seeds 0-1999 --out "$work/samples.npy" >/dev/null
echo; echo "### compare"
"$GANNET" compare fashion-mnist fashion-mnist --split-b test | show "compare fashion-mnist fashion-mnist --split-b test"
"$GANNET" compare "$work/samples.npy" fashion-mnist --split-b test | show "compare samples.npy fashion-mnist --split-b test"

echo; echo "### sample --nearest"
"$GANNET" sample --network "$shapes" --seeds 0-5 --nearest shapes --out docs/tools/nearest.png | grep -v "samples of" | show "sample --network SHAPES --seeds 0-5 --nearest shapes --out nearest.png"
"$GANNET" sample --network "$plain" --seeds 0-49 --nearest fashion-mnist --out "$work/nearest.png" | grep -v "samples of" | tail -n 4 | show "sample --network RUN --seeds 0-49 --nearest fashion-mnist --out nearest.png"

echo; echo "### video"
"$GANNET" video --network "$plain" --seeds 0-3 --frames 12 --fps 12 --scale 4 --quality 60 --out docs/tools/walk.webp | sed "s|$plain|RUN|;s|/network-[0-9a-z]*.safetensors||;s|docs/tools/||" | show "video --network RUN --seeds 0-3 --frames 12 --fps 12 --out walk.webp"
"$GANNET" video --network "$classes" --seeds 5 --classes Trouser,Dress,Sneaker,Bag --frames 12 --fps 12 --scale 4 --quality 60 --out docs/tools/classes.webp | sed "s|$classes|RUN|;s|/network-[0-9a-z]*.safetensors||;s|docs/tools/||" | show "video --network RUN --seeds 5 --classes Trouser,Dress,Sneaker,Bag --frames 12 --fps 12 --out classes.webp"

echo; echo "### project"
"$GANNET" sample --network "$plain" --seeds 1000 --outdir "$work" >/dev/null
"$GANNET" project --network "$plain" --target "$work/seed1000.png" --out "$work/own" | tail -n 1 | sed "s|$work/||" | show "project --network RUN --target seed1000.png --out own"
cp "$work/own/comparison.png" docs/tools/project-own.png
cp "$work/own/loss.png" docs/tools/project-loss.png

echo; echo "### fool"
"$GANNET" fool --data shapes --images 0,1,4,6 --epsilon 0.04 --limit 2000 --out docs/tools/fool.png --classifier "$work/shapes.safetensors" | grep -v classifier: | show "fool --data shapes --images 0,1,4,6 --epsilon 0.04 --limit 2000 --out fool.png"
for epsilon in 0.01 0.02 0.05 0.1; do
  "$GANNET" fool --steps 600 --limit 1000 --images 0-3 --epsilon $epsilon --out "$work/fool-$epsilon.png" | grep Of\  | sed "s/^/epsilon $epsilon: /"
done | show "fool --steps 600 --limit 1000 --images 0-3 --epsilon 0.01 (and 0.02, 0.05, 0.1) --out fooled.png"
