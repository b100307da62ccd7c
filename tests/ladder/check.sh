#!/usr/bin/env bash
# The ladder of folders (HACKING.md): a folder includes itself and what is listed for it here, nothing else.
# Usage: check.sh REPOSITORY. Prints each wrong #include; exit 1 if there is one.
set -euo pipefail
root=$1

declare -A below
below[base]=""
below[formats]="base"
below[kernels]="base"
below[tensor]="base formats kernels"
below[nn]="${below[tensor]} tensor"
below[data]="${below[tensor]} tensor"
below[losses]="${below[nn]} nn"
below[metrics]="${below[nn]} nn data"
below[training]="${below[metrics]} losses metrics"
below[recipes]="${below[training]} training"
below[runs]="${below[recipes]} recipes"
below[server]="base formats runs"

bad=0
for path in "$root"/src/gannet/*/; do
  folder=$(basename "$path")
  if [ -z "${below[$folder]+known}" ]; then
    echo "$folder: a folder that the ladder does not know"; bad=1; continue
  fi
  while IFS=: read -r file line text; do
    [ -n "$file" ] || continue
    from=$(sed -E 's|.*"gannet/([a-z0-9_]+)/.*|\1|' <<<"$text")
    case " $folder ${below[$folder]} " in
      *" $from "*) ;;
      *) echo "${file#"$root"/}:$line: $folder/ may not include $from/"; bad=1 ;;
    esac
  done < <(grep -rnE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"gannet/' "$path" || true)
  # Every include of ours is written from the root, so that the check sees it.
  if grep -rnE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' "$path" | grep -v '"gannet/'; then
    echo "$folder: includes of Gannet's files are written \"gannet/...\""; bad=1
  fi
  case "$folder" in base | formats | kernels | server)
    if grep -rnE '^[[:space:]]*#[[:space:]]*include[[:space:]]*<(ATen|c10|torch)/' "$path"; then
      echo "$folder: must not include libtorch"; bad=1
    fi ;;
  esac
done
exit $bad
