# The commands of README.md. Each begins with scripts/setup.sh, which is quick when there is nothing to do.
JOBS ?= 2
PRESET ?= release
GANNET = build/release/gannet
SOURCES = $(shell git ls-files '*.cpp' '*.h')

.PHONY: build demo test test-all setup setup-tests format lint install clean

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
	ctest --test-dir build/asan-formats -j $(JOBS) --output-on-failure --no-tests=error
	ctest --test-dir build/$(PRESET) -j $(JOBS) --output-on-failure --no-tests=error -LE long

# Everything under the sanitizers too, and the long tests.
test-all: test
	cmake --preset asan
	cmake --build --preset asan -j $(JOBS)
	ctest --test-dir build/asan -j $(JOBS) --output-on-failure --no-tests=error -LE long
	ctest --test-dir build/$(PRESET) --output-on-failure --no-tests=error -L long

setup:
	@bash scripts/setup.sh

setup-tests:
	@bash scripts/setup.sh --tests

format: setup-tests
	clang-format-16 -i $(SOURCES)

lint: setup-tests
	clang-format-16 --dry-run --Werror $(SOURCES)
	bash tests/ladder/check.sh .
	python3 scripts/check_docs.py

# make install [PREFIX=DIR] [DESTDIR=DIR]
install: build
	DESTDIR="$(DESTDIR)" cmake --install build/$(PRESET) $(if $(PREFIX),--prefix "$(abspath $(PREFIX))")

clean:
	rm -rf build
