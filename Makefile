# The two commands: `make run` builds Pyston and shows what it does; `make test` runs every test.
# Both need compilers for C and C++, OpenSSL's, libexpat's and LLVM 19's development files, cargo (Rust 1.95 or newer) and, for the tests, cargo-nextest; `.ci/tools` installs what is missing, or names it.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
export PATH := $(HOME)/.cargo/bin:$(PATH)

CARGO ?= cargo
# Narrow the tests: make test TESTS='-p pyston-heap' or TESTS='-E "test(/basic/)"'.
TESTS ?= --workspace

.PHONY: help run build library install optimized test suite sanitize check fmt tools

help:
	@echo "make run    build the release binary and run the showcase"
	@echo "make library  build the release library that C programs embed (docs/embedding.md)"
	@echo "make install PREFIX=FOLDER  install the release binary, the headers and what else builds of extensions need; after make library, that too"
	@echo "make optimized  build the release binary twice, the second time with a profile of the first: what speed is measured with"
	@echo "make test   run every test, each in a process of its own"
	@echo "make suite  run CPython's own test suite under the release binary and renew docs/progress.md"
	@echo "make sanitize  run the scripts under ThreadSanitizer and AddressSanitizer"
	@echo "make check  formatting and lints, as continuous integration does"

run: build
	target/release/pyston benches/showcase.py

# Position-dependent code, for a binary that lies at a fixed address (`src/cli/build.rs`). Where a target is named, the flag is for the
# binary alone, and not for the macros and build scripts that run while it is built. Without `machine-licm`: it may move the load of a jump
# table's entry out of a loop, in front of the test that the table has such an entry (LLVM 22; docs/performance.md). The JIT's back end is a
# library that the binary looks for beside itself.
build: TARGET = $(shell rustc -vV | sed -n 's/^host: //p')
build:
	@.ci/tools build
	$(CARGO) build --release --package pyston-cli --target $(TARGET) --config 'target.$(TARGET).rustflags = ["-Crelocation-model=static", "-Cllvm-args=-disable-machine-licm"]'
	$(CARGO) build --release --package pyston-lower
	@mkdir -p target/release target/include && ln -f target/$(TARGET)/release/pyston target/release/pyston
	@ln -sfn ../../include target/include/python3.14

# The library is position-independent, so that nothing of the binary's build serves it: as long a build again, and no part of `build`.
# Its second name is the one that CMake's FindPython looks for.
library:
	@.ci/tools build
	$(CARGO) rustc --release --package pyston-embed --lib --crate-type cdylib --config 'build.rustflags = ["-Cllvm-args=-disable-machine-licm"]'
	$(CARGO) build --release --package pyston-lower
	@ln -f target/release/libpyston_embed.so target/release/libpyston3.14.so.1.0
	@ln -sf libpyston3.14.so.1.0 target/release/libpyston3.14.so
	@ln -sf libpyston3.14.so target/release/libpython3.14.so

# With `make library` before, the library too.
PREFIX ?= /usr/local
install: build
	capi/tools/install $(PREFIX) target/release/pyston $(wildcard target/release/libpyston3.14.so.1.0)

optimized:
	@.ci/tools build
	@CARGO=$(CARGO) .ci/optimize

test:
	@.ci/tools test
	@.ci/count-tests $(CARGO) nextest run --no-fail-fast $(TESTS)

suite: build
	src/cli/tests/cpython/run.py --write-progress

# Data races, then memory errors: every script of threads/ and basic/ under ThreadSanitizer and AddressSanitizer.
sanitize:
	.ci/sanitize thread
	.ci/sanitize address

check:
	@.ci/tools test
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings

fmt:
	$(CARGO) fmt --all

tools:
	.ci/tools test
