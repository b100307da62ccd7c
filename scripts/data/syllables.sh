#!/usr/bin/env bash
# Spoken syllables of Mandarin, 2,358 recordings under a second of 1,200 syllables by two speakers, from Debian's package
# gcin-voice, unpacked without root: OGG files in DEST/train and DEST/test, each folder with a dataset.json (class: the tone,
# or the speaker; attributes: the speaker; caption: the syllable in bopomofo). A tenth of the syllables, in all their tones and
# by both speakers, is the test set. Speaker 3: Edward Der-Hua Liu, GPL-3 or LGPL-3; speaker 5: Chu Lo and ChionMeilin,
# CC-BY-3.0. Settings: --label tone or speaker. Usage: syllables.sh [DEST]
. "$(dirname "$0")/common.sh"
takes label=tone
case $label in
  tone) classes='["tone 1","tone 2","tone 3","tone 4","neutral tone"]' ;;
  speaker) classes='["speaker 3","speaker 5"]' ;;
  *) fail "--label is $label, expected tone or speaker" ;;
esac
by_hand="put sounds into $dest/train and $dest/test"
version="version=1"

if made "$version"; then done_now; fi
begin
deb gcin-voice "8 MB"
from=$work/gcin-voice/usr/share/gcin-voice/ogg
[ -d "$from" ] || fail "the package gcin-voice has changed: no folder ogg in it"
for part in train test; do
  mkdir "$new/$part"
  : >"$work/$part-labels" && : >"$work/$part-vectors" && : >"$work/$part-captions"
done
number=0
while read -r file; do
  syllable=${file%/*} speaker=${file#*/} speaker=${speaker%.ogg}
  sound=${syllable%[0-9]}
  case ${syllable#"$sound"} in "") tone=0 ;; 1) tone=4 ;; *) tone=$((${syllable#"$sound"} - 1)) ;; esac
  # Of all tones or of none: the order of the syllables' SHA-256 decides.
  if [ "$sound" != "${last-}" ]; then
    last=$sound hash=$(printf %s "$sound" | sha256sum)
    if [ $((16#${hash:0:4} % 10)) = 0 ]; then part=test; else part=train; fi
  fi
  printf -v name_here '%04d-tone%s-speaker%s.ogg' "$number" $((tone + 1)) "$speaker"
  number=$((number + 1))
  cp "$from/$file" "$new/$part/$name_here"
  [ "$label" = tone ] && class=$tone || class=$((speaker == 5))
  echo "[\"$name_here\",$class]" >>"$work/$part-labels"
  echo "[\"$name_here\",[$((speaker == 3)),$((speaker == 5))]]" >>"$work/$part-vectors"
  echo "[\"$name_here\",\"$syllable\"]" >>"$work/$part-captions"
done < <(cd "$from" && find . -name '*.ogg' -printf '%P\n' | LC_ALL=C sort)
for part in train test; do
  list() { paste -sd, "$work/$part-$1"; }
  echo "{\"labels\":[$(list labels)],\"vectors\":[$(list vectors)],\"captions\":[$(list captions)],\"classes\":$classes}" >"$new/$part/dataset.json"
done
[ "$number" = 2358 ] || echo "note: $number recordings; Gannet's figures were made with 2,358"
cp "$work/gcin-voice/usr/share/doc/gcin-voice/copyright" "$new/LICENCE.txt"
finish "$version"
