#!/usr/bin/env bash
# The ladder of folders (HACKING.md): a folder includes itself and what is listed for it here, nothing else. Headers of
# rooms without torch reach no header of libtorch, not even by way of another header. And no file calls at::parallel_for.
# Usage: check.sh REPOSITORY. Prints each wrong #include; exit 1 if there is one.
set -euo pipefail
root=${1:-.}

declare -A below
below[base]=""
below[formats]="base"
below[text]="base"
below[image]="base formats"
below[kernels]="base"
below[tensor]="base formats text image kernels"
below[nn]="${below[tensor]} tensor"
below[data]="${below[tensor]} tensor"
below[losses]="${below[nn]} nn"
below[metrics]="${below[nn]} nn data"
below[training]="${below[metrics]} losses metrics"
below[recipes]="${below[training]} training"
below[models]="${below[recipes]} recipes"
below[evaluation]="${below[models]} models"
below[runs]="${below[evaluation]} evaluation"
below[tools]="${below[runs]} runs"
below[export]="${below[models]} models"
below[server]="base formats text image runs tools"
no_torch="base formats text image kernels server"  # neither headers nor sources
plain_headers="runs tools"                         # headers alone; detail/ is not for users

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
done

# Which of our headers reach libtorch, by way of whatever they include. One line "FILE INCLUDED" for each #include.
includes=$(cd "$root/src" && grep -roE '^[[:space:]]*#[[:space:]]*include[[:space:]]*["<](gannet|ATen|c10|torch)/[^">]*' gannet |
  sed -E 's/^([^:]*):.*["<]/\1 /' || true)
reaching=$(awk '
  { from[NR] = $1; to[NR] = $2 }
  END {
    do {
      changed = 0
      for (i = 1; i <= NR; ++i)
        if (!(from[i] in torch) && (to[i] ~ /^(ATen|c10|torch)\// || (to[i] ~ /\.h$/ && to[i] in torch))) {
          torch[from[i]] = to[i]; changed = 1
        }
    } while (changed)
    for (file in torch) print file, torch[file]
  }' <<<"$includes")
while read -r file by; do
  [ -n "$file" ] || continue
  folder=$(cut -d/ -f2 <<<"$file")
  case " $no_torch " in *" $folder "*)
    echo "src/$file: $folder/ must not include libtorch, and does by $by"; bad=1 ;;
  esac
  case " $plain_headers " in *" $folder "*)
    case "$file" in
      */detail/*) ;;
      *.h) echo "src/$file: headers of $folder/ must not include libtorch, and this does by $by"; bad=1 ;;
    esac ;;
  esac
done <<<"$reaching"
# Which would be serial (nn/detail/parallel.h).
if grep -rnE 'at::parallel_(for|reduce) ?[(<]' "$root/src"; then
  echo "at::parallel_for runs on one thread in here: parallel_ranges()"; bad=1
fi
exit $bad
