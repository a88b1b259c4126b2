# One command each; `make help` lists them. Everything installs into .venv in this checkout, from hash-locked lists.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
SOURCES := app tests bench migrations examples supply hatch_build.py

# Compiled once: the tests and the demonstration start thousands of processes, each of which would compile a second long.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup ui demo run test check screens lint types contracts fix bench fuzz probe long pooled soak faults upgrade lock api audit migration docs clean

help: ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Parvis needs Python 3.11 or newer: run make PYTHON=/path/to/python3")'
	$(PYTHON) -m venv $(VENV)

# What running needs; what tests and lint need comes on top only when asked for.
$(VENV)/.run: requirements/run.lock pyproject.toml | $(BIN)/python
	$(PIP) --require-hashes -r requirements/run.lock
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.lock $(VENV)/.run
	$(PIP) --require-hashes -r requirements/dev.lock
	@touch $@

setup: $(VENV)/.dev ## the environment only, without starting anything

ui: $(VENV)/.run ## build the agents' application of ui/, if it changed (PARVIS_BUILD_UI=0: not at all)
	$(BIN)/python hatch_build.py

demo: ui ## a demonstration town on http://127.0.0.1:8000, from nothing
	$(BIN)/parvis demo

run: ui ## the house with your own data, on http://127.0.0.1:8000
	$(BIN)/parvis serve

test: $(VENV)/.dev ## the whole test suite on the real engine
	$(BIN)/python -m pytest -n auto --dist loadscope

lint: $(VENV)/.dev ## style and formatting
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)

types: $(VENV)/.dev ## strict types
	$(BIN)/mypy

contracts: $(VENV)/.dev ## who may import whom
	$(BIN)/lint-imports

audit: $(VENV)/.dev ## licences, secrets, bill of materials and known flaws of what is locked
	$(BIN)/python -m supply

screens: $(VENV)/.dev ## types, style, tests and build of the agents' application
	$(BIN)/python hatch_build.py check

check: lint types contracts audit screens test ## what CI runs

fix: $(VENV)/.dev ## mend what a machine can mend
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

bench: $(VENV)/.dev ## the benchmarks: JSON on stdout and in bench/results/
	$(BIN)/python -m bench

fuzz: $(VENV)/.dev ## ten thousand pages through the sanitiser, then ten minutes of coverage-guided fuzzing of the reading of mails (Linux)
	$(PIP) atheris
	$(BIN)/python -m tests.fuzzing.html --examples 10000
	$(BIN)/python -m tests.fuzzing.mail --seconds 600

probe: $(VENV)/.dev ## 100,000 attempts of one administration to reach another's
	PARVIS_PROBES=100000 $(BIN)/python -m pytest -q -s tests/security/test_probes.py

AT_LENGTH = tests/faults/test_streams_that_hang_up.py tests/faults/test_floods.py tests/faults/test_rolling_restarts.py

long: $(VENV)/.dev ## what is too long for each test: 20,000 steps through the API, 100,000 attempts across administrations, 20,000 lives from seeds, clocks that jump, a database that freezes or whose disk is full or fails, a recovery to a point in time, streams that hang up, floods, restarts
	PARVIS_FUZZ=long PARVIS_PROBES=100000 $(BIN)/python -m pytest -q -n 2 tests/security/test_sequences.py tests/security/test_probes.py
	PARVIS_SIMULATE=20000 $(BIN)/python -m pytest -q -n 2 tests/worlds
	PARVIS_FAULTS=long $(BIN)/python -m pytest -q tests/faults/test_clock_jumps.py tests/faults/test_database_frozen.py tests/faults/test_disk_of_the_database.py tests/faults/test_ending.py tests/faults/test_point_in_time.py $(AT_LENGTH)

pooled: $(VENV)/.dev ## the suite, but for the browser, through PgBouncer in transaction mode (the system's: apt-get install pgbouncer)
	PARVIS_TEST_POOLED=1 $(BIN)/python -m pytest -n auto --dist loadscope tests --ignore tests/ui/browser

faults: $(VENV)/.dev ## streams that hang up, floods and restarts for as long as the catalogue of faults asks: an hour; a database whose own clock is set (the system's libfaketime: apt-get install libfaketime)
	PARVIS_FAULTS=whole $(BIN)/python -m pytest -q tests/faults/test_clock_of_the_database.py $(AT_LENGTH)

soak: $(VENV)/.dev ## real processes under load, killed by seed, and every promise judged: make soak SOAK="--seed 1 --rounds 100"
	$(BIN)/python -m tests.faults.soak --patient $(SOAK)

upgrade: $(VENV)/.dev ## a house of 100,000 requests brought from a former commit to this code under load: make upgrade FROM=COMMIT
	$(BIN)/python -m tests.faults.upgrade --former $(FROM)

api: $(VENV)/.run ## regenerate openapi.json
	$(BIN)/parvis openapi > openapi.json.new
	mv openapi.json.new openapi.json

docs: $(VENV)/.run ## regenerate the reference pages made from the code
	$(BIN)/python -m app.cli.reference docs

migration: $(VENV)/.dev ## a new migration: make migration m="what it does"
	$(BIN)/python -m app.db.new_migration "$(m)"

lock: $(VENV)/.dev ## renew the locked dependencies from pyproject.toml
	$(PIP) uv
	$(BIN)/uv pip compile pyproject.toml requirements/build.in --extra embedded --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --universal --upgrade -q -o requirements/run.lock
	$(BIN)/uv pip compile pyproject.toml requirements/build.in --extra embedded --extra otel --extra suggest --group dev --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --universal --upgrade -q -o requirements/dev.lock

clean: ## remove the environment and what was built; data/ is left alone
	rm -rf $(VENV) dist app/static ui/node_modules .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
