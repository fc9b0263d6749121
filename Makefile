# What a newcomer runs: `make demo`, then `make test`. Every target sets up what it needs, says what it
# does, asks nothing, and has nothing left to do the second time.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.PHONY: demo test test-rust test-python hot-loops counts counts-accept conformance lint format bench bench-large pictures clean setup

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
export CARGO_TARGET_DIR ?= $(CURDIR)/rust/target
CORE_SOURCES := $(shell find rust -name '*.rs' -not -path '*/target/*') rust/Cargo.lock $(shell find rust -name 'Cargo.toml' -not -path '*/target/*')
SEED_INDEX := $(VENV)/seeds.idx
RESULTS := $(VENV)/benchmarks

say = @printf '\033[1m==> %s\033[0m\n' '$(1)'

# ---- setting up -----------------------------------------------------------------------------------

setup: $(VENV)/core.ready

# PyICU is compiled on the spot: it needs ICU's headers, pkg-config and a C++ compiler.
$(VENV)/system.ready:
	$(call say,system: ICU headers$(,) pkg-config$(,) a compiler$(,) Rust)
	@./scripts/system-packages.sh
	@mkdir -p $(VENV) && touch $@

$(VENV)/packages.ready: $(VENV)/system.ready requirements.lock
	$(call say,Python packages into $(VENV))
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/core.ready: $(VENV)/packages.ready pyproject.toml $(CORE_SOURCES)
	$(call say,the compiled core in release mode)
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

# ---- what there is to do --------------------------------------------------------------------------

$(SEED_INDEX)/manifest: $(VENV)/core.ready $(wildcard seeds/*.txt)
	$(call say,indexing seeds/)
	@rm -rf $(SEED_INDEX)
	@$(BIN)/searchlib index seeds --format articles --to $(SEED_INDEX)

demo: $(SEED_INDEX)/manifest
	@$(BIN)/python scripts/demo.py $(SEED_INDEX)

test: test-rust test-python counts

test-rust: $(VENV)/system.ready
	$(call say,tests of the core)
	@cargo test --locked --quiet --manifest-path rust/Cargo.toml --package searchlib-core

test-python: $(VENV)/core.ready
	$(call say,tests of the library)
	@$(BIN)/python -m pytest -n auto

# Valgrind is needed for nothing else, and where it cannot be had the check says that it is skipped.
$(VENV)/valgrind.ready: $(VENV)/core.ready
	@./scripts/system-packages.sh valgrind && touch $@ || echo "valgrind cannot be installed here"

HOT_LOOPS := $(CARGO_TARGET_DIR)/release/examples/hot_loops

hot-loops: $(VENV)/valgrind.ready
	$(call say,instructions of the hot loops under valgrind)
	@cargo build --locked --quiet --release --manifest-path rust/Cargo.toml --package searchlib-core --example hot_loops

counts: hot-loops
	@$(BIN)/python -m benchmarks.counts $(HOT_LOOPS)

# After a change that is meant to cost or to save instructions: commit the file with it.
counts-accept: hot-loops
	@$(BIN)/python -m benchmarks.counts $(HOT_LOOPS) --accept

# Whoosh's fork has the same module name, so it lives in a folder of its own, found first.
$(VENV)/whoosh-reloaded.ready: $(VENV)/packages.ready requirements-reloaded.lock
	$(call say,Whoosh-Reloaded into a folder of its own)
	@rm -rf $(VENV)/whoosh-reloaded
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --target $(VENV)/whoosh-reloaded -r requirements-reloaded.lock
	@touch $@

conformance: $(VENV)/core.ready $(VENV)/whoosh-reloaded.ready
	$(call say,the engines beside each other: 10$(,)000 trees on Whoosh)
	@$(BIN)/python -m pytest -n auto tests/engine/test_conformance.py --hypothesis-profile=thorough
	$(call say,the suite of the engines on Whoosh-Reloaded)
	@PYTHONPATH=$(VENV)/whoosh-reloaded $(BIN)/python -m pytest -n auto tests/engine -k whoosh
	@PYTHONPATH=$(VENV)/whoosh-reloaded $(BIN)/python -m pytest -n auto tests/engine/test_conformance.py --hypothesis-profile=thorough

lint: $(VENV)/core.ready
	$(call say,format and lints)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@cargo fmt --manifest-path rust/Cargo.toml --all --check
	@cargo clippy --locked --quiet --manifest-path rust/Cargo.toml --all-targets -- -D warnings

format: $(VENV)/packages.ready
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
	@cargo fmt --manifest-path rust/Cargo.toml --all

pictures: $(VENV)/core.ready
	$(call say,pictures of the README: a session of the REPL over seeds/)
	@$(BIN)/python scripts/pictures.py

# The peers are large and none of them is needed to use or test the library. One that cannot be installed
# here is skipped by the benchmarks, which say why.
$(VENV)/peers.ready: $(VENV)/core.ready benchmarks/requirements.lock
	$(call say,the peers of the benchmarks)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r benchmarks/requirements.lock \
	  && touch $@ || echo "not all peers could be installed: those that are missing are skipped"

bench: $(VENV)/peers.ready
	$(call say,the lexicon beside pymorphy3: every form of the dictionary)
	@$(BIN)/python -m benchmarks.lexicon_parity --all
	$(call say,case forms of hidden names$(,) speed of analysis)
	@$(BIN)/python -m benchmarks.names
	@$(BIN)/python -m benchmarks analysis
	$(call say,on the seeds: quality$(,) then speed and size beside the peers)
	@mkdir -p $(RESULTS)
	@$(BIN)/python -m benchmarks quality --json $(RESULTS)/quality.json --plot $(RESULTS)/quality.svg
	@$(BIN)/python -m benchmarks speed --json $(RESULTS)/speed.json --plot $(RESULTS)/speed.svg
	@$(BIN)/python -m benchmarks size --json $(RESULTS)/size.json --plot $(RESULTS)/size.svg
	$(call say,10$(,)000 synthetic documents: the core$(,) tantivy and Lucene$(,) opening$(,) threads$(,) growth)
	@$(BIN)/python -m benchmarks large $(RESULTS)/small --corpora synth10k --rounds 1 --again --plot $(RESULTS)
	$(call say,written to $(RESULTS); on documents of your own:)
	@echo "  $(BIN)/python -m benchmarks speed --docs corpus.jsonl.gz        _id$(,) title$(,) text"
	@echo "  $(BIN)/python -m benchmarks speed --set FOLDER                  its own queries$(,) BEIR layout"
	@echo "  $(BIN)/python -m benchmarks quality --sets FOLDER-OF-FOLDERS"
	@echo "  $(BIN)/python -m benchmarks size --docs corpus.jsonl.gz"
	@echo "  make bench-large                                        a million documents$(,) an hour the first time"
	@echo "  make bench-large LARGE=FOLDER CORPORA=mine$(,)synth1m     and FOLDER/mine.keys$(,) .queries$(,) .txt"

# Goes on where it was cut; AGAIN=--again measures anew with our indexes built again, those of the peers stay.
LARGE ?= $(RESULTS)/large
CORPORA ?= synth1m
bench-large: $(VENV)/peers.ready
	$(call say,at size$(,) step by step: $(CORPORA) in $(LARGE))
	@mkdir -p $(LARGE)
	@$(BIN)/python -m benchmarks large $(LARGE) --corpora $(CORPORA) $(AGAIN) --out $(LARGE)/tables.md --plot $(LARGE)
	$(call say,tables and pictures in $(LARGE))

clean:
	rm -rf $(VENV) rust/target searchlib/_core*.so .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +

, := ,
