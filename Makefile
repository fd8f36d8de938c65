# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A thin layer over meson, for somebody who has just cloned the project on Debian:
#
#   make demo     builds the word count of demo/ and runs it, with processes as actors: readers in C,
#                 reducers in three languages, and a question over D-Bus;
#                 ARGS="--help" says what it takes, ARGS="--kill-one" kills one of them half-way,
#                 ARGS="--language python" or javascript runs it in that language, in one process
#   make check    builds everything, plain and under the sanitizers, runs all tests, and fuzzes
#   make bench    builds and runs the benchmarks; ARGS as for demo
#   make fuzz     lets the fuzz targets run for a minute each; ARGS="--help" says what it takes
#   make clean    removes the build folders
#
# All but clean install the Debian packages that are missing, and none when none is.

BUILD ?= build
JOBS ?= $(shell nproc)

BUILD_PACKAGES := gcc libc6-dev meson ninja-build pkgconf libglib2.0-dev libjson-glib-dev \
                  libgnutls28-dev libedit-dev
LANGUAGE_PACKAGES := $(BUILD_PACKAGES) python3-gi gjs gobject-introspection libgirepository1.0-dev \
                     dbus-daemon libglib2.0-bin
FUZZ_PACKAGES := clang llvm libclang-rt-14-dev
CHECK_PACKAGES := $(LANGUAGE_PACKAGES) $(FUZZ_PACKAGES) \
                  gi-docgen libsoup-3.0-dev libasan8 libubsan1 libtsan2 dbus-bin systemd valac g++ \
                  gettext python3-docutils

.PHONY: demo check bench fuzz clean fuzz-packages language-packages check-packages

demo: language-packages $(BUILD)/build.ninja
	@meson configure $(BUILD) -Dintrospection=enabled
	@meson compile -C $(BUILD) -j $(JOBS) wordcount
	@demo/run.sh $(BUILD) $(ARGS)

check: check-packages
	@tests/checks/run-all.py --build $(BUILD) --jobs $(JOBS)

bench: check-packages $(BUILD)/build.ninja
	@meson configure $(BUILD) -Dtests=true
	@meson compile -C $(BUILD) -j $(JOBS) thespian-bench thespian-host
	@$(BUILD)/tests/bench/thespian-bench $(ARGS)

fuzz: fuzz-packages
	@tests/fuzz/run-fuzzers.py --build $(BUILD)-fuzz --jobs $(JOBS) $(ARGS)

# The demo needs neither the tests nor their packages; check and bench turn them on.
$(BUILD)/build.ninja:
	@meson setup $(BUILD) -Dtests=false

clean:
	rm -rf $(BUILD) $(BUILD)-asan $(BUILD)-tsan $(BUILD)-fuzz

language-packages:
	@tests/checks/install-packages.sh $(LANGUAGE_PACKAGES)

fuzz-packages:
	@tests/checks/install-packages.sh $(BUILD_PACKAGES) $(FUZZ_PACKAGES)

check-packages:
	@tests/checks/install-packages.sh $(CHECK_PACKAGES)
