# shellcheck shell=bash
# The names of packages, by release: sourced by scripts/setup.sh, which sets want_tests.
# packages_of RELEASE: sets the arrays packages and test_packages, and `differs`, a line about what this release lacks.

# What a person on another distribution looks for.
LIBRARIES="zlib, libpng, libjpeg, libtiff, libwebp, libsndfile, mpg123, utf8proc, Highway, CLI11, nlohmann-json, and optional: toml++, Boost (its Beast: gannet serve), OpenSSL (gannet serve --tls), Gloo (training in several processes)"
TOOLS="g++ 11 or newer, CMake 3.22, Ninja, pkg-config, binutils, Python 3.9 with pip"

packages_of() {
  packages=(g++ cmake ninja-build ccache mold pkg-config zlib1g-dev libpng-dev libjpeg-dev libtiff-dev libwebp-dev
    libsndfile1-dev libmpg123-dev libutf8proc-dev libhwy-dev libcli11-dev nlohmann-json3-dev libtomlplusplus-dev libssl-dev python3)
  test_packages=(libgtest-dev librapidcheck-dev libbenchmark-dev python3-venv clang-format-16 clang-16 libclang-rt-16-dev)
  differs=""
  # Debian 12 has two versions of Boost. Its Gloo was tried with libtorch; others not, and a build without trains in one process.
  if [ "$1" = bookworm ]; then packages+=(libboost1.81-dev libgloo-dev); else packages+=(libboost-dev); fi
  case $1 in
    bookworm | noble) ;;
    trixie)
      drop test_packages clang-format-16 clang-16 libclang-rt-16-dev
      differs="Debian 13 has no clang 16: clang-format comes as a wheel, and the preset fuzz does not work" ;;
    jammy)
      drop test_packages clang-format-16 clang-16 libclang-rt-16-dev
      drop packages libtomlplusplus-dev mold
      differs="Ubuntu 22.04 has no toml++, no clang 16 and an old mold: train --config reads no TOML, clang-format comes as a wheel, the preset fuzz does not work, GNU ld links" ;;
    *)
      drop test_packages clang-format-16 clang-16 libclang-rt-16-dev
      differs="this script knows Debian 12 and 13, Ubuntu 22.04 and 24.04; for '$1' it tries the names of Debian 13" ;;
  esac
}

# drop ARRAY NAME...: takes the names out of the array.
drop() {
  local -n array=$1
  local kept=() name
  for name in "${array[@]}"; do
    [[ " ${*:2} " == *" $name "* ]] || kept+=("$name")
  done
  array=("${kept[@]}")
}

# The code name of Debian's or Ubuntu's release, also of distributions made from them (Mint, Pop!_OS, Raspberry Pi OS).
release_name() {
  # shellcheck disable=SC1090
  (. "${1:-/etc/os-release}" && case "${UBUNTU_CODENAME:-}/${DEBIAN_CODENAME:-}/${VERSION_CODENAME:-}" in
    //) echo "${PRETTY_NAME:-unknown}" ;;
    /*) echo "${DEBIAN_CODENAME:-$VERSION_CODENAME}" ;;
    *) echo "$UBUNTU_CODENAME" ;;
  esac)
}
