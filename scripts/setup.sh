#!/usr/bin/env bash
# Installs what the build needs: the system's packages, and libtorch in .deps/libtorch (docs/install.md).
# Idempotent, quick when there is nothing to do; touches no global Python.
#   --tests               also what only the tests use: packages, and Python's in .deps/test-env
#   GANNET_SYSTEM=1       goes on without the system's packages: you have installed them
#   GANNET_TORCH=VERSION, GANNET_CUDA=0|1, GANNET_LIBTORCH=DIR   which libtorch: scripts/setup/libtorch.py
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/setup/packages.sh

tests=0
for argument in "$@"; do
  case "$argument" in
    --tests) tests=1 ;;
    *) echo "setup: unknown argument: $argument (known: --tests)" >&2; exit 2 ;;
  esac
done

say() { echo "setup: $*"; }
fail() { echo "setup: $1" >&2; [ $# -lt 2 ] || echo "hint: $2" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else fail "installing packages needs root: $*" "run it as root, install sudo, or, where all of it is there already, set GANNET_SYSTEM=1"
  fi
}

missing() {
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || echo "$package"
  done
}

install_packages() {
  local lacking
  mapfile -t lacking < <(missing "$@")
  [ ${#lacking[@]} -gt 0 ] || return 0
  [ -z "$differs" ] || say "$differs"
  say "installing packages: ${lacking[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${lacking[@]}" >/dev/null
}

# GANNET_SYSTEM=1: the tools are looked for here, the libraries by CMake.
check_tools() {
  local tool lacking=()
  for tool in c++ cmake ninja pkg-config readelf python3; do
    command -v "$tool" >/dev/null || lacking+=("$tool")
  done
  [ ${#lacking[@]} = 0 ] || fail "not found: ${lacking[*]}" "GANNET_SYSTEM=1 installs nothing; needed are $TOOLS, and development files of $LIBRARIES"
}

system_packages() {
  if [ "${GANNET_SYSTEM:-0}" = 1 ]; then check_tools; return; fi
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    fail "this is not Debian or Ubuntu, and set-up installs packages there alone" \
      "install $TOOLS, and development files of $LIBRARIES; then go on with GANNET_SYSTEM=1"
  fi
  local want
  packages_of "$(release_name)"
  want=("${packages[@]}")
  [ $tests = 0 ] || want+=("${test_packages[@]}")
  [ -n "${GANNET_LIBTORCH:-}" ] || [ -e .deps/libtorch/lib ] || python3 -m pip --version >/dev/null 2>&1 || want+=(python3-pip)
  install_packages "${want[@]}"
}

# PyTorch itself, for one test: not where it is a CUDA build, which would be 2.7 GB more.
test_requirements() {
  local torch
  torch=$(python3 scripts/setup/libtorch.py --cpu-version)
  echo "numpy safetensors tensorboard schemathesis${torch:+ torch==$torch}"
  command -v clang-format-16 >/dev/null || echo "clang-format==16.0.6"
}

make_test_environment() {
  local stamp=.deps/test-env/.complete want_text
  want_text=$(test_requirements | paste -sd ' ')
  [ "$(cat "$stamp" 2>/dev/null || true)" = "$want_text" ] && return
  say "making .deps/test-env (Python packages that only the tests use: $want_text)"
  [[ $want_text == *torch==* ]] || say "without PyTorch, whose CUDA build would be 2.7 GB: the test cli.pytorch is skipped"
  rm -rf .deps/test-env
  python3 -m venv .deps/test-env
  # shellcheck disable=SC2086
  .deps/test-env/bin/pip install --quiet $want_text
  echo "$want_text" >"$stamp"
}

# For the tests of the page's sources, where there is Node.
make_page_environment() {
  command -v npm >/dev/null || { say "no Node.js: the tests of the page's sources are skipped"; return 0; }
  ! cmp -s web/package-lock.json web/node_modules/.complete || return 0
  say "fetching the packages of web/package-lock.json, for tests alone: 72 MB in web/node_modules"
  if npm ci --prefix web --silent >/dev/null 2>&1; then cp web/package-lock.json web/node_modules/.complete
  else say "npm could not fetch them: the tests of the page's sources are skipped"; fi
}

case "${GANNET_CUDA:-}" in
  "" | 0 | 1) ;;
  *) fail "GANNET_CUDA=$GANNET_CUDA: expected 0 or 1" "0 takes what the CPU needs, 1 NVIDIA's libraries too; leave it out to go by the machine" ;;
esac
system_packages
python3 scripts/setup/libtorch.py
[ $tests = 0 ] || { make_test_environment; make_page_environment; }
