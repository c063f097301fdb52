# nanda-model-governance: `make help` says what there is.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help build install uninstall deb demo test test-long test-interop test-host fuzz bench \
	install-deps install-test-deps install-interop-deps install-bench-deps install-host-deps

# One set of flags for everything that compiles: a module that imports what its target does not declare fails the build.
SWIFT_FLAGS := --explicit-target-dependency-import-check error
# What is shipped carries Swift's runtime with it, so that a host needs no Swift.
RELEASE := swift build -c release --static-swift-stdlib
PROGRAMS := training-plane governance-plane serving-plane planectl nanda-bridge

# In a recipe: `need PACKAGE COMMAND…` notes a package that COMMAND does not find, `install_missing` installs what was noted.
define INSTALLER
missing=()
need() { local package=$$1; shift; "$$@" >/dev/null 2>&1 || missing+=("$$package"); }
may_install() { command -v apt-get && { [ "$$(id -u)" = 0 ] || { command -v sudo && { [ -t 0 ] || sudo -n true; }; }; }; }
install_missing() {
  [ $${#missing[@]} -gt 0 ] || return 0
  if ! may_install >/dev/null 2>&1; then
    echo "make: install these packages first (there is no apt-get here, or neither root nor sudo): $${missing[*]}" >&2
    exit 1
  fi
  local sudo=
  if [ "$$(id -u)" != 0 ]; then sudo='sudo '; fi
  echo "+ $${sudo}apt-get update && $${sudo}apt-get install -y --no-install-recommends $${missing[*]}"
  $$sudo apt-get update -qq
  $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$${missing[@]}"
}
command -v swift >/dev/null || { echo "make: a Swift 6.3 toolchain is needed: https://www.swift.org/install" >&2; exit 1; }
need libsodium-dev test -e /usr/include/sodium.h
need libsqlite3-dev test -e /usr/include/sqlite3.h
endef

help: ## this list
	@awk -F ': *[^#]*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

build: install-deps ## release programs in .build/release
	@for program in $(PROGRAMS); do $(RELEASE) $(SWIFT_FLAGS) --product $$program; done

# Neither builds: they run as root, and root compiles nothing.
install: export BIN ?= .build/release
install: ## the built programs, units and configs on this host, or below DESTDIR, with PREFIX=/usr/local
	@packaging/install.sh install

uninstall: ## takes away what install put there, and leaves configs, keys and data
	@packaging/install.sh uninstall

deb: build install-host-deps ## the Debian package in .build/deb, judged by lintian
	@packaging/deb.sh

test-host: deb ## installs the package on a booted Debian 12 and attacks it there; root, and 20 minutes
	@Tests/Host/run.sh

demo: build ## the main job with real processes: trains, refuses, approves, deploys, rolls back, revokes
	@BIN=$$(swift build -c release --show-bin-path) config/examples/demo.sh

test: install-test-deps ## format lint, then a build in which every warning is an error, then every test
	@swift format lint --strict --recursive Sources Tests Package.swift
	swift build --build-tests $(SWIFT_FLAGS)
	# One after another: tests that start processes would starve the others of two cores' worker threads.
	swift test --skip-build --no-parallel --disable-xctest $(SWIFT_FLAGS)

test-long: export LONG_TESTS = 1
test-long: test ## the same with the tests that take minutes at full length, such as 300 rounds of sudden death

test-interop: install-interop-deps ## the Python client and independent verifiers against real daemons (fetches Python packages)
	@swift build $(SWIFT_FLAGS)
	BIN=$$(swift build --show-bin-path) VENV=.build/interop-venv Tests/Interop/run.sh

bench: build install-bench-deps ## speed and memory against floors of the same run, up to half an hour (JSON=file keeps the raw numbers)
	@BIN=$$(swift build -c release --show-bin-path) Tests/Benchmarks/run.sh $(if $(JSON),--json $(JSON))

fuzz: install-test-deps ## every parser for SECONDS (60) each, then Python's opinion of what was found
	@Tests/Fuzz/run.sh $(or $(SECONDS),60)
	swift build --build-tests $(SWIFT_FLAGS)
	FUZZ_CORPUS=$$PWD/.build/fuzz/corpus swift test --skip-build --no-parallel --disable-xctest $(SWIFT_FLAGS) --filter FuzzTests

install-deps: ## the libraries that building needs, where they are missing (apt-get as root or through sudo)
	@$(INSTALLER)
	install_missing

install-test-deps: ## those and the programs that tests ask for a second opinion
	@$(INSTALLER)
	need openssl command -v openssl
	need sqlite3 command -v sqlite3
	need binutils command -v nm
	need systemd command -v systemd-analyze
	need openssh-client command -v ssh-agent ssh-add ssh-keygen
	need python3 command -v python3
	need python3-venv python3 -c 'import ensurepip, venv'
	install_missing

install-interop-deps: install-test-deps ## those and the browser that looks at the bridge's pages
	@$(INSTALLER)
	need chromium bash -c 'command -v chromium || command -v chromium-browser || command -v google-chrome'
	install_missing

install-bench-deps: install-test-deps ## those and the program that loads the bridge
	@$(INSTALLER)
	need wrk command -v wrk
	need curl command -v curl
	install_missing

install-host-deps: ## what packs the Debian package and boots a host for the test
	@$(INSTALLER)
	need debhelper command -v dh
	need lintian command -v lintian
	need fakeroot command -v fakeroot
	need python3 command -v python3
	need debootstrap command -v debootstrap
	need systemd-container command -v systemd-nspawn
	install_missing
