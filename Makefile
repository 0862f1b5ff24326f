# Tolsey from a fresh machine: `make demo` shows it, `make test` proves it, `make help` lists the rest.

SHELL := /bin/bash
.DEFAULT_GOAL := help

# A build folder of its own: the flags below would otherwise rebuild what a plain `swift build` made.
SCRATCH := .build-make
BINARY := .build/release/tolsey
CPU_FLAGS := $(shell scripts/cpu-flags.sh)
SWIFT_FLAGS := --scratch-path $(SCRATCH) $(CPU_FLAGS)

# What the formatter looks at: our sources, never what builds fetched.
SWIFT_SOURCES := $(wildcard Package.swift Sources Tests Fuzz/Package.swift Fuzz/Sources \
  Benchmarks/Package.swift Benchmarks/Sources Snippets)

# Words after the command, as in: make demo ARGS="--quiet"
ARGS ?=
SECONDS_EACH ?= 60

.PHONY: conformance-api test-conformance test-docs demo demo-subnet demo-labels test test-browser build bench cheats fuzz format lint docs clean help prerequisites transcripts test-pages pictures bench-proofs bench-pay bench-labels bench-yuma wheel

demo: build ## build, then show a market with a cheat in it
	@$(BINARY) demo $(ARGS)

demo-subnet: build ## build, then show a subnet with a cabal, a copier and a relay in it
	@$(BINARY) subnet demo $(ARGS)

demo-labels: build ## build, then show 300 digits labelled by a crowd with cheats in it
	@$(BINARY) labels demo $(ARGS)

test: prerequisites ## run every test, then the command-line transcripts
	@scripts/announce.sh tests $(SCRATCH)/debug/tolsey
	swift build $(SWIFT_FLAGS) --build-tests
	@scripts/test.sh $(SCRATCH)/test.log $(SWIFT_FLAGS) --skip-build $(ARGS)
	@TOLSEY_BIN=$(SCRATCH)/debug/tolsey Tests/Transcripts/run.py

build: prerequisites ## build for this machine; leaves .build/release/tolsey
	@scripts/announce.sh program $(SCRATCH)/release/tolsey
	swift build $(SWIFT_FLAGS) -c release --product tolsey
	@scripts/install-binary.sh $(SCRATCH)/release/tolsey $(BINARY)

transcripts: build ## run the command-line transcripts against the release build
	@TOLSEY_BIN=$(BINARY) Tests/Transcripts/run.py $(ARGS)

bench: build ## run the benchmarks (a package of their own)
	@scripts/bench.sh $(ARGS)

cheats: build ## work out what every known cheat earns, fail when one pays
	@$(BINARY) cheats $(ARGS)

bench-models: prerequisites ## int8 inference beside onnxruntime, in one run
	@scripts/bench-models.sh $(ARGS)

bench-proofs: build ## proofs beside plain runs, their growth, ezkl's; ARGS="--models mlp,lenet28 --ezkl mlp"
	@scripts/bench-proofs.sh $(BINARY) $(ARGS)

bench-pay: prerequisites ## paid requests beside unpaid ones, and x402's own server beside ours
	@scripts/bench-pay.sh $(ARGS)

bench-labels: prerequisites ## labels made of many answers beside crowd-kit, and taken in by the ledger
	@scripts/bench-labels.sh $(ARGS)

bench-yuma: prerequisites ## Yuma epochs beside passes of additions, and beside NumPy
	@scripts/bench-yuma.sh $(ARGS)

test-pages: build ## follow every link of the demo's pages, look at them in Chromium
	@scripts/test-pages.sh $(BINARY) $(ARGS)

test-browser: build ## buy on the page with a real browser (needs Chromium)
	@scripts/test-browser.sh $(BINARY) $(ARGS)

pictures: build ## take the README's pictures again (needs Chromium)
	@scripts/test-pages.sh $(BINARY) --pictures

test-docs: build ## type the tutorials and how-tos word by word
	@TOLSEY_BIN=$(BINARY) Tests/Docs/run.py $(ARGS)

conformance-api: build ## hold the HTTP API against its document (installs schemathesis)
	@TOLSEY_BIN=$(BINARY) scripts/conformance-api.sh

test-conformance: build ## let real clients from PyPI deal with a node (installs them)
	@TOLSEY_BIN=$(BINARY) scripts/conformance.sh $(ARGS)

wheel: prerequisites ## build dist/tolsey-*.whl: the program, all linked in, and a Python client
	@scripts/wheel.sh

fuzz: prerequisites ## fuzz every decoder, SECONDS_EACH seconds each
	@scripts/fuzz.sh $(SECONDS_EACH)

format: ## format Swift sources in place
	swift format --in-place --parallel --recursive $(SWIFT_SOURCES)

lint: ## check the format of Swift sources
	swift format lint --strict --parallel --recursive $(SWIFT_SOURCES)

docs: build ## write the generated pages and the Python client anew
	@scripts/reference.py $(BINARY)
	@scripts/rooms.py
	@scripts/embed-docs.py
	@scripts/python-client.py $(BINARY)

clean: ## remove what the builds left
	rm -rf .build $(SCRATCH) .build-fuzz .build-wheel dist

prerequisites:
	@scripts/prerequisites.sh

help: ## show this list
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/p' Makefile | expand -t 21
