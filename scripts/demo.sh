#!/usr/bin/env bash
# The two-minute demo: fetches Fashion-MNIST, trains a DCGAN on it beside the page that shows it, and prints the next commands.
# Usage: demo.sh PROGRAM [KIMG]. Without the data (no network) it learns from shapes that the program draws itself. The page is there until Ctrl-C in a
# terminal, else until the training ends.
set -euo pipefail
gannet=$1
kimg=${2:-100}

work=$(mktemp -d)
server=""
end() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  rm -rf "$work"
}
trap end EXIT

# The link, where this build has the page and it starts.
start_page() {
  "$gannet" serve --help >/dev/null 2>&1 || return 0
  "$gannet" serve --runs runs --port 0 >"$work/page" 2>&1 &
  server=$!
  for _ in $(seq 50); do
    page=$(sed -n 's,.*\(http://[^ ]*\).*,\1,p' "$work/page" | head -n 1)
    [ -z "$page" ] || return 0
    kill -0 "$server" 2>/dev/null || break
    sleep 0.2
  done
  server=""
  echo "demo: no page: $(tail -n 1 "$work/page")"
}

page=""
start_page
[ -z "$page" ] || printf 'The game between the two networks, live:  %s   (Ctrl-C ends it)\n\n' "$page"

data=fashion-mnist
if ! "$gannet" data fetch fashion-mnist; then
  data=shapes
  echo "demo: Fashion-MNIST could not be fetched; learning from shapes that gannet draws itself instead"
fi

"$gannet" train --cfg dcgan --data "$data" --kimg "$kimg" --snap 10 --desc demo | tee "$work/log"
run=$(tail -n 1 "$work/log")
grid=$(ls "$run"/fakes-0*.png | tail -n 1)

echo
echo "Images that don't exist:  $grid"
echo "Real ones, for comparison:  $run/reals.png"
"$gannet" runs show "$run" | sed '/seconds/q'
cat <<EOF

Next:
  $gannet sample --network $run --seeds 0-63 --out samples.png      # more of them
  $gannet sample --network $run --seeds 0-9 --outdir samples        # one file each
  $gannet train --cfg cgan --data $data --kimg 100                   # by class: then
  $gannet sample --network runs/... --class 7 --seeds 0-15 --out class7.png
  $gannet train --cfg vanilla --data ring-8                          # points in the plane, in seconds
  $gannet recipes list
EOF
[ -n "$page" ] || exit 0
if [ -t 0 ] && [ -t 1 ]; then
  echo "  $page   # the page: this run, the game, samples; Ctrl-C ends it"
  trap 'echo; exit 0' INT
  wait "$server" || true
else
  echo "  $gannet serve   # the page again"
fi
