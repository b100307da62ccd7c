#!/usr/bin/env bash
# build/gpu/pack.tar.xz, at most 60 MB: what scripts/gpu/check.sh needs beside the sources on a machine with a GPU that can fetch nothing:
# Debian's development files of the libraries, with the libraries themselves, and images to train on. Nothing is installed here. The machine
# brings g++, CMake, make or Ninja, and a Python with a CUDA PyTorch.
#   scripts/gpu/pack.sh [IMAGES]     IMAGES: a zip or a folder, the DATA of check.sh; without it check.sh trains on the drawn set shapes
# check.sh unpacks it where it lies at that place in the sources there.
set -euo pipefail
cd "$(dirname "$0")/../.."
most=60
images=${1:-}
work=build/gpu/pack
root=$work/root
fail() { echo "pack: $1" >&2; [ $# -lt 2 ] || echo "hint: $2" >&2; exit 1; }
[ -z "$images" ] || [ -e "$images" ] || fail "$images: no such file" "a zip or a folder of images, e.g. of gannet data fetch"

# Development files, and the libraries that theirs need, down to those that come with any compiler.
PACKAGES=(pkg-config pkgconf pkgconf-bin libpkgconf3 zlib1g-dev zlib1g libpng-dev libpng16-16 libjpeg-dev libjpeg62-turbo-dev libjpeg62-turbo
  libtiff-dev libtiff6 libdeflate0 liblerc4 libjbig0 libzstd1 liblzma5 libwebp-dev libwebp7 libwebpmux3 libwebpdemux2 libsndfile1-dev
  libsndfile1 libflac-dev libflac12 libvorbis-dev libvorbis0a libvorbisenc2 libogg-dev libogg0 libopus-dev libopus0 libmp3lame0 libmpg123-dev
  libmpg123-0 libutf8proc-dev libutf8proc2 libhwy-dev libhwy1
  libcli11-dev nlohmann-json3-dev libtomlplusplus-dev libtomlplusplus3 libgtest-dev googletest librapidcheck-dev)

download() {
  mkdir -p "$work/debs" "$root"
  echo "pack: downloading ${#PACKAGES[@]} packages"
  # _apt, the user that fetches, may not enter every folder: that is a warning, and root fetches.
  (cd "$work/debs" && apt-get download -qq -o APT::Sandbox::User=root "${PACKAGES[@]}") ||
    fail "a package could not be fetched" "the names are Debian 12's: pack there, after apt-get update"
  local deb
  for deb in "$work"/debs/*.deb; do dpkg-deb -x "$deb" "$root"; done
}

# One folder of libraries, links within it, and nothing that a build does not read.
tidy() {
  local lib link
  lib=usr/lib/$(uname -m)-linux-gnu
  if [ -d "$root/lib" ]; then cp -a "$root/lib/." "$root/usr/lib/"; rm -r "${root:?}/lib"; fi
  find "$root/$lib" -type l -lname '/*' | while read -r link; do ln -sfn "$(basename "$(readlink "$link")")" "$link"; done
  find "$root/$lib" -name '*.a' ! -name 'libgtest*' ! -name 'librapidcheck*' ! -name 'libgmock*' -delete
  rm -rf "$root"/usr/share/{doc,man,locale,lintian,bash-completion,emacs,vim,bug,gdb} "${root:?}"/{usr/src,etc}
  # Links to libraries of packages that nothing here needs (libtiffxx, libsyn123).
  find "$root/$lib" -xtype l -print -delete | sed 's,.*/,pack: left out: ,'
}

# Every library's needs lie beside it, or come with any system; and what pkg-config is asked for names nothing else.
check() {
  local lib needed missing=""
  lib=$root/usr/lib/$(uname -m)-linux-gnu
  for needed in $(find "$lib" -name '*.so*' -type f -exec readelf -d {} + | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort -u); do
    case $needed in
      libc.so.* | libm.so.* | libdl.so.* | libpthread.so.* | librt.so.* | libgcc_s.so.* | libstdc++.so.* | ld-linux*) ;;
      *) [ -e "$lib/$needed" ] || missing+=" $needed" ;;
    esac
  done
  [ -z "$missing" ] || fail "not in any of the packages:$missing" "their packages belong to PACKAGES in $0"
  PKG_CONFIG_LIBDIR="$lib/pkgconfig:$root/usr/share/pkgconfig" pkg-config --print-errors --exists $(sed -n 's/^pkg_check_modules(.*IMPORTED_TARGET \(.*\))/\1/p' CMakeLists.txt) ||
    fail "pkg-config asks for more" "the packages of what it names belong to PACKAGES in $0"
}

rm -rf "$work" build/gpu/pack.tar.xz
download
tidy
check
rm -rf "$work/debs"
if [ -d "$images" ]; then tar -C "$(dirname "$images")" -c "$(basename "$images")" | { mkdir -p "$work/data" && tar -x -C "$work/data" --strip-components=1; }
elif [ -n "$images" ]; then cp "$images" "$work/data.zip"; fi
tar -C build/gpu -c pack | xz -T0 -6 >build/gpu/pack.tar.xz
rm -rf "$work"
size=$(du -m --apparent-size build/gpu/pack.tar.xz | cut -f1)
[ "$size" -le $most ] || fail "build/gpu/pack.tar.xz has $size MB, more than $most" "fewer or smaller images"
echo "pack: build/gpu/pack.tar.xz, $size MB"
