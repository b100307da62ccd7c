#!/usr/bin/env bash
# Cartoon faces with known attributes, drawn by DiceBear (npm): DEST/train.zip with --count images, test.zip with a tenth of
# that, and pairs.zip: faces with pairs of attributes that never occur together in the other two. Each is a zip in StyleGAN's
# layout; its dataset.json has a class, attributes and a sentence for each face. About 10 ms a face.
# Settings: --style avataaars (free for personal and commercial use, Pablo Stanley), personas (CC-BY-4.0, Draftbit) or
# big-smile (CC-BY-4.0, Ashley Seo); --count; --size in pixels; --seed. Usage: dicebear.sh [DEST]
. "$(dirname "$0")/common.sh"
takes style=avataaars count=20000 size=64 seed=0
version="version=2 dicebear=9.4.3"
case $style in
  avataaars) sum=0faf2184c2013afbccfec08949b27e24c7e4c678eaec009752dd2b03b113f33d ;;
  personas) sum=6f5b4765c4d54444ab0330c4a89da53636662de3b04118b827f005a31332d002 ;;
  big-smile) sum=8dbd7b96c9ceaf9dd7c280cdae4f0bb3e43ab2798b7bedbe355fbb3ce30e87bb ;;
  *) fail "no style $style (there are: avataaars, personas, big-smile)" ;;
esac
whole count 10 1000000
whole size 16 512
whole seed 0 9999999

if made "$version"; then done_now; fi
begin
echo "fetching DiceBear's style $style and a renderer of SVG from npm (3 MB)"
npm_package @dicebear/core 9.4.3 6ca7dae651c74ad547e548fbe7c41f49aaa377cf4617259277518389bf6b1a3d
npm_package @dicebear/$style 9.4.3 $sum
renderer
node "$work/dicebear.mjs" "$style" "$count" "$size" "$seed" "$new" || fail "drawing the faces failed"
cp "$work/node_modules/@dicebear/$style/LICENSE" "$new/LICENCE.txt"
finish "$version"
