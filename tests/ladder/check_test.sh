#!/usr/bin/env bash
# The ladder's check fails on each kind of wrong include, and passes a right one.
set -euo pipefail
check=$(cd "$(dirname "$0")" && pwd)/check.sh
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree"/src/gannet/{base,nn,data,training}

expect() {  # expect pass|fail FILE LINE
  echo "$3" >"$tree/src/gannet/$2"
  local got=pass
  bash "$check" "$tree" >/dev/null || got=fail
  rm "$tree/src/gannet/$2"
  [ "$got" = "$1" ] || { echo "check.sh: $2 with '$3': expected $1, got $got"; exit 1; }
}
expect pass training/a.h '#include "gannet/nn/net.h"'
expect pass nn/a.h '#include "gannet/nn/b.h"'
expect fail nn/a.cpp '#include "gannet/training/gan.h"'
expect fail nn/a.cpp '  #  include "gannet/data/dataset.h"'
expect fail data/a.cpp '#include "gannet/nn/net.h"'
expect fail base/a.h '#include <ATen/core/Tensor.h>'
expect fail base/a.h '#include "b.h"'
mkdir "$tree/src/gannet/extras"
expect fail extras/a.h '#include "gannet/base/error.h"'
echo "ladder check: all cases as expected"
