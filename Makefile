# Skoleløft. `make help` lists what there is.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

VENV ?= .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	"$$p" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo "$$p"; break; }; done)
ONCE ?=
PROCESSES ?= 3
PORT_BASE ?= 8001
FOLDER ?=
KEYS ?=
SETUP_LOG := $(VENV)/setup.log

# Each set of packages is installed once, and again when its lock file changes; hashes are always checked. Then this
# folder itself is installed for the command `skoleloeft`, without fetching or copying anything.
$(VENV)/%.installed: requirements/%.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with venv is needed (Debian: apt-get install python3 python3-venv)."; exit 1; }
	@test -x $(BIN)/python || "$(PYTHON)" -m venv $(VENV)
	@echo "Installing the packages of requirements/$*.txt (once; about a minute) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $< >$(SETUP_LOG) 2>&1 \
		|| { tail -n 20 $(SETUP_LOG); exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation --editable . \
		>>$(SETUP_LOG) 2>&1 || { tail -n 20 $(SETUP_LOG); exit 1; }
	@touch $@

.PHONY: help
help: ## This text
	@grep -hE '^[a-z][a-z-]*:.*## ' $(MAKEFILE_LIST) | sort | awk 'BEGIN {FS = ":.*## "} {printf "  make %-14s %s\n", $$1, $$2}'

.PHONY: demo
demo: $(VENV)/embedded.installed ## The journey from a municipality's files to the evaluator's tables, then serve (ONCE=1: end after it)
	@PORT_BASE=$(PORT_BASE) ONCE=$(ONCE) $(BIN)/python -m deploy.demo

.PHONY: serve
serve: $(VENV)/embedded.installed ## All four services for one municipality, in the production profile, keeping its data
	@PORT_BASE=$(PORT_BASE) $(BIN)/python -m deploy.embedded serve

.PHONY: backup
backup: $(VENV)/embedded.installed ## A backup of what `make serve` serves, while it runs: FOLDER=new folder, KEYS=file elsewhere
	@$(BIN)/python -m deploy.embedded backup "$(or $(FOLDER),$(error FOLDER= is missing))" --keys "$(or $(KEYS),$(error KEYS= is missing))"

.PHONY: restore
restore: $(VENV)/embedded.installed ## Restore a backup to an empty SKOLELOEFT_HOME: FOLDER=, KEYS= as in `make backup`
	@$(BIN)/python -m deploy.embedded restore "$(or $(FOLDER),$(error FOLDER= is missing))" --keys "$(or $(KEYS),$(error KEYS= is missing))"

.PHONY: test
test: $(VENV)/dev.installed ## Everything: lint, types, import rules, all tests with real servers (PROCESSES=: in one process)
	@$(MAKE) --no-print-directory -j2 lint tools
	@$(BIN)/python -m pytest $(if $(PROCESSES),-n $(PROCESSES) --no-loadscope-reorder)

.PHONY: tools
tools: ## Fetch what the tests use besides Python, as far as this machine has Java, Maven and Go
	@scripts/test-tools

.PHONY: lint
lint: $(VENV)/dev.installed ## Format, lint, types and the import rules
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo

.PHONY: format
format: $(VENV)/dev.installed ## Apply the format and the safe fixes
	@$(BIN)/ruff format --quiet . && $(BIN)/ruff check --quiet --fix .

.PHONY: unit
unit: $(VENV)/dev.installed ## The tests that need no server
	@$(BIN)/python -m pytest tests/unit

.PHONY: mutation
mutation: $(VENV)/dev.installed ## Mutation testing of the rules: at least 90 % of the mutants must be caught (some twenty minutes)
	@VENV=$(VENV) scripts/mutation

.PHONY: bench
bench: $(VENV)/dev.installed tools ## The benchmarks, each figure compared with its limit or peer
	@$(BIN)/python -m benchmarks

.PHONY: compaction
compaction: $(VENV)/dev.installed ## The cost of compacting the embedded log, at one and at ten million records (some five minutes)
	@$(BIN)/python -m benchmarks compaction

.PHONY: country
country: $(VENV)/dev.installed tools ## A country's school year of absence, seven million rows: memory, and the cost of a row at the end (some ten minutes)
	@$(BIN)/python -m benchmarks country --size large

.PHONY: roster-country
roster-country: $(VENV)/dev.installed tools ## The roster of the country's 670,000 pupils, sent over HTTP: rows a second beside COPY, and memory (some minutes)
	@$(BIN)/python -m benchmarks roster-country

.PHONY: journey
journey: $(VENV)/dev.installed tools ## The journey of three municipalities on Apache Kafka, with separate processes of which six are killed (some minutes)
	@SKOLELOEFT_REQUIRE_REAL=1 $(BIN)/python -m pytest -s tests/e2e/test_distributed_journey.py

.PHONY: histories
histories: $(VENV)/dev.installed ## Random histories of rosters in two orders of arrival, compared with a slow reference (SCRIPTS=60; some minutes)
	@SKOLELOEFT_FULL=1 SKOLELOEFT_SCRIPTS=$(or $(SCRIPTS),60) $(BIN)/python -m pytest tests/contract/imports/test_transfers_reference.py

.PHONY: fuzz
fuzz: $(VENV)/dev.installed ## Random, broken and odd requests and files against every service, at the full size (some half an hour)
	@SKOLELOEFT_FULL=1 $(BIN)/python -m pytest tests/e2e/security/test_fuzzing.py tests/e2e/security/test_odd_values.py

.PHONY: disclosure
disclosure: $(VENV)/dev.installed ## The disclosure attacker on 1,000 random populations, successive releases and planted cases (some forty minutes)
	@$(BIN)/python -m tests.disclosure

.PHONY: search-quality
search-quality: $(VENV)/dev.installed ## The quality of the search on typed questions, compared with a plain search
	@$(BIN)/python -m services.intervention_catalog search-quality

.PHONY: contracts
contracts: $(VENV)/dev.installed ## Write the AsyncAPI document, compare the event contracts with their frozen schemas and examples
	@$(BIN)/python -m libs.shared.contracts asyncapi
	@$(BIN)/python -m libs.shared.contracts check

.PHONY: compose-try
compose-try: $(VENV)/dev.installed ## The journey against docker compose (needs a Docker engine)
	@scripts/compose-try

.PHONY: cluster-try
cluster-try: $(VENV)/dev.installed ## Install on the current Kubernetes cluster and cause faults there (FULL=1: ten restarts of all)
	@VENV=$(VENV) scripts/cluster-try

.PHONY: lock
lock: $(VENV)/dev.installed ## Pin the dependencies again, for all platforms and with hashes, one file per extra
	@scripts/lock

.PHONY: clean
clean: ## Remove what the commands above made in this folder
	@rm -rf $(VENV) .cache demo-files .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache mutants
