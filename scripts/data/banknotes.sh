#!/usr/bin/env bash
# A family of 100-unit notes of Gannet's own design, drawn here: DEST/real/train (--count notes), DEST/real/test (a fifth of
# that), and crude forgeries in DEST/forged/KIND (a twentieth each): curves (another rosette), blur (a coarse print), colour
# (other inks), portrait (mirrored), serial (a check digit that is wrong). Each note has a serial number of its own, wear, and
# the noise of a scanner. Made by Gannet, public domain. Settings: --count, --size in pixels, --seed. Usage: banknotes.sh [DEST]
. "$(dirname "$0")/common.sh"
takes count=4000 size=64 seed=0
version="version=1"
whole count 20 1000000
whole size 32 512
whole seed 0 9999999

if made "$version"; then done_now; fi
begin
echo "fetching a renderer of SVG from npm (2 MB)"
renderer
node "$work/banknotes.mjs" "$count" "$size" "$seed" "$new" || fail "drawing the notes failed"
finish "$version"
