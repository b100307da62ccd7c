#!/usr/bin/env bash
# Emoji as pairs of line art and colour, from the npm package openmoji (CC-BY-SA-4.0: openmoji.org, its authors by emoji in
# data/openmoji.json): DEST/train.zip and DEST/test.zip, each image line art and colour side by side on white, with a
# sentence and its group as class. Without skin tones and flags, pairs that barely differ and those nearly without colour;
# a tenth of the base code points is the test set, so that no variant of a test emoji is in training.
# Settings: --size in pixels of each half. Usage: openmoji.sh [DEST]
. "$(dirname "$0")/common.sh"
takes size=64
version="version=1 openmoji=17.0.0"
whole size 16 512

if made "$version"; then done_now; fi
begin
echo "fetching openmoji and a renderer of SVG from npm (7 MB)"
npm_package openmoji 17.0.0 55ee7d13485dec86e9f38c1f3a645a13382d33ff97c0cd845ee824b0aef45e68
renderer
node "$work/openmoji.mjs" "$work/node_modules/openmoji" "$size" "$new" || fail "drawing the pairs failed"
cp "$work/node_modules/openmoji/LICENSE.txt" "$new/LICENCE.txt"
finish "$version"
