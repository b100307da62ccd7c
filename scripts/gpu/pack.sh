#!/usr/bin/env bash
# build/gpu/root.tar.xz: Debian's development files that a build of Gannet needs and a machine with a GPU may lack,
# for scripts/gpu/check.sh there. Nothing is installed here.
set -euo pipefail
cd "$(dirname "$0")/../.."
PACKAGES=(cmake cmake-data ninja-build pkg-config pkgconf pkgconf-bin libpkgconf3 libarchive13 librhash0 libuv1 libjsoncpp25
  zlib1g-dev libpng-dev libpng16-16 libjpeg-dev libjpeg62-turbo-dev libjpeg62-turbo libtiff-dev libtiff6 libwebp-dev
  libwebp7 libwebpmux3 libwebpdemux2 libsndfile1-dev libsndfile1 libmpg123-dev libmpg123-0 libutf8proc-dev libutf8proc2
  libcli11-dev nlohmann-json3-dev libtomlplusplus-dev libgtest-dev googletest librapidcheck-dev
  libdeflate0 liblerc4 libjbig0 libzstd1 liblzma5 libflac12 libvorbis0a libvorbisenc2 libogg0 libopus0 libmp3lame0)
rm -rf build/gpu/debs build/gpu/root
mkdir -p build/gpu/debs build/gpu/root
there=()
for package in "${PACKAGES[@]}"; do
  if apt-cache show "$package" >/dev/null 2>&1; then there+=("$package"); else echo "pack: no package $package here, left out"; fi
done
(cd build/gpu/debs && apt-get download -qq "${there[@]}")
for deb in build/gpu/debs/*.deb; do dpkg-deb -x "$deb" build/gpu/root; done
rm -rf build/gpu/root/usr/share/{doc,man,locale,lintian,bash-completion,emacs,vim}
tar -C build/gpu/root -cJf build/gpu/root.tar.xz .
rm -rf build/gpu/debs build/gpu/root
ls -lh build/gpu/root.tar.xz
