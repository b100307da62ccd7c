#!/usr/bin/env bash
# Installs the dependencies of the build: Debian's packages, and libtorch unpacked into .deps/libtorch.
# Idempotent, quick when there is nothing to do; touches no global Python.
#   GANNET_LIBTORCH=DIR   take the libtorch at DIR (it has include/, lib/ and share/cmake/Torch)
#   --tests               also .deps/test-env: independent readers (Python) that only the tests use
set -euo pipefail
cd "$(dirname "$0")/.."

TORCH=2.13.0
PACKAGES=(g++ cmake ninja-build ccache mold pkg-config zlib1g-dev libpng-dev libjpeg-dev
  libtiff-dev libwebp-dev libsndfile1-dev libmpg123-dev libutf8proc-dev libcli11-dev nlohmann-json3-dev
  libtomlplusplus-dev)
TEST_PACKAGES=(clang-format-16 clang-16 libclang-rt-16-dev libgtest-dev librapidcheck-dev
  libbenchmark-dev python3 python3-venv)

want=("${PACKAGES[@]}")
tests=0
for argument in "$@"; do
  case "$argument" in
    --tests) tests=1; want+=("${TEST_PACKAGES[@]}") ;;
    *) echo "setup: unknown argument: $argument (known: --tests)" >&2; exit 2 ;;
  esac
done

say() { echo "setup: $*"; }
fail() { echo "setup: $1" >&2; [ $# -lt 2 ] || echo "hint: $2" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else fail "installing packages needs root: $*" "run it as root, or install sudo"
  fi
}

missing() {
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || echo "$package"
  done
}

install_packages() {
  command -v dpkg-query >/dev/null || fail "this script installs Debian's packages, and there is no dpkg here" \
    "install by hand: ${want[*]}"
  local lacking
  mapfile -t lacking < <(missing "$@")
  [ ${#lacking[@]} -gt 0 ] || return 0
  say "installing Debian packages: ${lacking[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${lacking[@]}" >/dev/null
}

# Unpacks the C++ parts of the wheel: a wheel is a zip, and Python's zipfile is there wherever pip is.
unpack_wheel() {
  python3 - "$1" "$2" <<'PY'
import pathlib, sys, zipfile
wheel, target = zipfile.ZipFile(sys.argv[1]), pathlib.Path(sys.argv[2])
for name in wheel.namelist():
    part = pathlib.PurePosixPath(name).parts
    if len(part) > 2 and part[0] == "torch" and part[1] in ("lib", "include", "share") and ".." not in part \
            and part[2] not in ("libtorch_python.so", "libbackend_with_compiler.so", "libjitbackend_test.so",
                                "libtorchbind_test.so"):
        path = target.joinpath(*part[1:])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(wheel.read(name))
PY
}

fetch_libtorch() {
  python3 -m pip --version >/dev/null 2>&1 || install_packages python3 python3-pip
  local work=.deps/libtorch.partial
  rm -rf "$work"; mkdir -p "$work/wheel"
  say "downloading libtorch (the wheel torch==$TORCH, without its Python dependencies)"
  python3 -m pip download --quiet --no-deps --dest "$work/wheel" "torch==$TORCH" ||
    fail "pip could not download torch==$TORCH" \
      "set GANNET_LIBTORCH=DIR to a libtorch you have, or configure pip with an index that has it"
  local wheel
  wheel=$(echo "$work"/wheel/torch-*.whl)
  if python3 -m zipfile -l "$wheel" | grep -q 'torch/lib/libtorch_cuda'; then
    rm -rf "$work"
    fail "pip brought a CUDA build of torch==$TORCH, which does not load without NVIDIA's libraries" \
      "give pip PyTorch's index of CPU builds (PIP_INDEX_URL=..., see 'Compute Platform: CPU' in PyTorch's installation guide), or set GANNET_LIBTORCH=DIR to a libtorch with its CUDA libraries"
  fi
  unpack_wheel "$wheel" "$work/torch"
  rm -rf .deps/libtorch
  mv "$work/torch" .deps/libtorch
  rm -rf "$work"
  say "libtorch $TORCH is in .deps/libtorch"
}

link_libtorch() {
  local given
  given=$(cd "$GANNET_LIBTORCH" 2>/dev/null && pwd) || fail "GANNET_LIBTORCH is not a folder: $GANNET_LIBTORCH"
  [ -e "$given/share/cmake/Torch/TorchConfig.cmake" ] || fail "no libtorch in GANNET_LIBTORCH: $given" \
    "it should hold share/cmake/Torch/TorchConfig.cmake, lib/ and include/"
  [ "$(readlink .deps/libtorch 2>/dev/null || true)" = "$given" ] && return
  rm -rf .deps/libtorch
  ln -s "$given" .deps/libtorch
  say "taking libtorch from $given"
}

make_test_environment() {
  local stamp=.deps/test-env/.complete want_text="numpy safetensors tensorboard torch==$TORCH"
  [ "$(cat "$stamp" 2>/dev/null || true)" = "$want_text" ] && return
  say "making .deps/test-env (Python packages that only the tests use: $want_text)"
  rm -rf .deps/test-env
  python3 -m venv .deps/test-env
  # shellcheck disable=SC2086
  .deps/test-env/bin/pip install --quiet $want_text
  echo "$want_text" >"$stamp"
}

install_packages "${want[@]}"
mkdir -p .deps
if [ -n "${GANNET_LIBTORCH:-}" ]; then link_libtorch
elif [ ! -e .deps/libtorch/share/cmake/Torch/TorchConfig.cmake ]; then fetch_libtorch
fi
[ $tests = 0 ] || make_test_environment
