#!/usr/bin/env bash
# Photographs of landscapes, 720x360, from Debian's package endless-sky-data, unpacked without root: 240 in DEST/train and 33
# held out in DEST/test. Public domain, CC0, CC-BY and CC-BY-SA by image: DEST/LICENCE.txt. Usage: photos.sh [DEST]
. "$(dirname "$0")/common.sh"
takes
by_hand="put JPEG files into $dest/train and $dest/test"
version="version=1"
known="9f55a1d1bfe38b1099abf0c9cd973a5409d20390937414c9e5d121c6872b0e0b"

if made "$version"; then done_now; fi
begin
deb endless-sky-data "70 MB"
from=$work/endless-sky-data/usr/share/games/endless-sky/images/land
[ -d "$from" ] || fail "the package endless-sky-data has changed: no folder images/land in it"
mkdir "$new/train" "$new/test"
# Names in the order of their SHA-256, so that the held-out ones come from all scenes.
(cd "$from" && for file in *.jpg; do echo "$(printf %s "$file" | sha256sum | cut -c1-16) $file"; done | sort) >"$work/names"
head -n -33 "$work/names" | while read -r _ file; do mv "$from/$file" "$new/train"; done
while read -r _ file; do [ ! -e "$from/$file" ] || mv "$from/$file" "$new/test"; done <"$work/names"
found=$(cd "$new" && find . -name '*.jpg' | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -d' ' -f1)
[ "$found" = "$known" ] ||
  echo "note: these are not the 273 photographs that Gannet's figures were made with ($(wc -l <"$work/names") are here)"
cp "$work/endless-sky-data/usr/share/doc/endless-sky-data/copyright" "$new/LICENCE.txt"
finish "$version"
