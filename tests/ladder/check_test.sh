#!/usr/bin/env bash
# The ladder's check fails on each kind of wrong include, and passes a right one.
set -euo pipefail
check=$(cd "$(dirname "$0")" && pwd)/check.sh
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree"/src/gannet/{base,image,tensor,nn,data,training,models,runs/detail,tools,evaluation,kernels,export,server}

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
expect pass evaluation/a.cpp '#include "gannet/models/model_file.h"'
expect fail kernels/a.cpp '#include "gannet/tensor/batch.h"'
expect fail export/a.cpp '#include "gannet/tools/detector.h"'
expect fail server/a.cpp '#include "gannet/models/sampler.h"'
expect fail image/a.cpp '#include "gannet/tensor/batch.h"'
expect fail nn/a.cpp 'at::parallel_for(0, n, 1, work);'
expect pass nn/a.cpp '// not at::parallel_for: serial in here'

# Through other headers: plain.h has no torch, torch.h has it.
echo '#include <ATen/core/Tensor.h>' >"$tree/src/gannet/tensor/torch.h"
echo '#include "gannet/tensor/torch.h"' >"$tree/src/gannet/models/by_way_of.h"
echo '#include <string>' >"$tree/src/gannet/models/plain.h"
expect pass runs/a.h '#include "gannet/models/plain.h"'
expect fail runs/a.h '#include "gannet/models/by_way_of.h"'
expect fail tools/a.h '#include "gannet/models/by_way_of.h"'
expect pass tools/a.cpp '#include "gannet/models/by_way_of.h"'
expect pass runs/detail/a.h '#include "gannet/models/by_way_of.h"'
echo '#include "gannet/models/by_way_of.h"' >"$tree/src/gannet/runs/session.cpp"
expect pass server/a.cpp '#include "gannet/runs/session.h"'
echo '#include "gannet/models/by_way_of.h"' >"$tree/src/gannet/runs/detail/writer.h"
expect fail server/a.cpp '#include "gannet/runs/detail/writer.h"'
rm "$tree"/src/gannet/runs/detail/writer.h

mkdir "$tree/src/gannet/extras"
expect fail extras/a.h '#include "gannet/base/error.h"'
echo "ladder check: all cases as expected"
