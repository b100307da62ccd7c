#!/usr/bin/env bash
# Remakes pages of docs: runs scripts/results/NAME.sh for each NAME given, and puts what it prints below the line
# "<!-- made by scripts/results/NAME.sh -->" of docs/recipes/NAME.md or docs/NAME.md.
set -euo pipefail
cd "$(dirname "$0")/../.."
for name in "$@"; do
  page=docs/recipes/$name.md
  [ -e "$page" ] || page=docs/$name.md
  mark="<!-- made by scripts/results/$name.sh -->"
  grep -qxF -- "$mark" "$page" || { echo "update: no line '$mark' in $page" >&2; exit 1; }
  made=$(mktemp)
  bash "scripts/results/$name.sh" >"$made"
  { sed "\\|^$mark\$|q" "$page"; cat "$made"; } >"$page.new"
  mv "$page.new" "$page"
  rm "$made"
done
