# The commands of README.md. Each begins with scripts/setup.sh, which is quick when there is nothing to do; docs/install.md has its variables
# (GANNET_TORCH, GANNET_CUDA, GANNET_LIBTORCH, GANNET_SYSTEM), also as make build GANNET_CUDA=0.
# As many compilers as there are cores and, for each, 1 GB of free memory.
JOBS ?= $(shell awk -v cores=$$(nproc) '/MemAvailable/ {n = int($$2 / 1e6); print n < 1 ? 1 : n < cores ? n : cores}' /proc/meminfo)
TEST_JOBS ?= 2
PRESET ?= release
GANNET = build/release/gannet
CLANG_FORMAT = $(shell command -v clang-format-16 || echo .deps/test-env/bin/clang-format)
SOURCES = $(shell git ls-files '*.cpp' '*.h')

.PHONY: build demo test test-all setup setup-tests format lint web install clean

build: setup
	@cmake --preset $(PRESET) -DGANNET_TESTS=OFF >/dev/null
	@cmake --build --preset $(PRESET) -j $(JOBS)

demo: build
	@bash scripts/demo.sh $(GANNET)

# base/ and formats/ with their fuzz corpora under ASan and UBSan; everything else without.
test: setup-tests lint
	cmake --preset $(PRESET) -DGANNET_TESTS=ON
	cmake --build --preset $(PRESET) -j $(JOBS)
	cmake --preset asan-formats
	cmake --build --preset asan-formats -j $(JOBS)
	ctest --test-dir build/asan-formats -j $(TEST_JOBS) --output-on-failure --no-tests=error
	ctest --test-dir build/$(PRESET) -j $(TEST_JOBS) --output-on-failure --no-tests=error -LE long

# Everything under the sanitizers too, and the long tests.
test-all: test
	cmake --preset asan
	cmake --build --preset asan -j $(JOBS)
	ctest --test-dir build/asan -j $(TEST_JOBS) --output-on-failure --no-tests=error -LE long
	ctest --test-dir build/$(PRESET) --output-on-failure --no-tests=error -L long

setup:
	@bash scripts/setup.sh

setup-tests:
	@bash scripts/setup.sh --tests

format: setup-tests
	$(CLANG_FORMAT) -i $(SOURCES)

lint: setup-tests
	@$(CLANG_FORMAT) --dry-run --Werror $(SOURCES)
	bash tests/ladder/check.sh .
	python3 scripts/check_docs.py

# web/dist from web/src, by Node and the packages of web/package-lock.json. It is committed: building Gannet needs no Node.
web:
	npm ci --prefix web
	npm run --prefix web check
	npm run --prefix web build

# make install [PREFIX=DIR] [DESTDIR=DIR]
install: build
	DESTDIR="$(DESTDIR)" cmake --install build/$(PRESET) $(if $(PREFIX),--prefix "$(abspath $(PREFIX))")

clean:
	rm -rf build
