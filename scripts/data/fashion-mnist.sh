#!/usr/bin/env bash
# Fashion-MNIST (Xiao, Rasul, Vollgraf 2017; MIT) from Debian's package dataset-fashion-mnist, unpacked without root:
# four IDX files in DEST, checked by SHA-256. Quick when they are there. Usage: fashion-mnist.sh [DEST]
. "$(dirname "$0")/common.sh"
takes
by_hand="put {train,t10k}-{images-idx3,labels-idx1}-ubyte, plain or with .gz, into $dest"
sums="c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888  train-images-idx3-ubyte
bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9  train-labels-idx1-ubyte
5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b  t10k-images-idx3-ubyte
0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34  t10k-labels-idx1-ubyte"

if files_right "$dest"; then done_now; fi
begin
deb dataset-fashion-mnist "31 MB"
for file in $(awk '{print $2}' <<<"$sums"); do
  gunzip -c "$work/dataset-fashion-mnist/usr/share/datasets/fashion-mnist/$file.gz" >"$new/$file" ||
    fail "the package dataset-fashion-mnist has changed: no $file in it"
done
files_right "$new" || fail "the package's files are not the known ones (SHA-256 differs)"
finish
