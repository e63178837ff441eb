# Report Post: everything anybody runs. Needs python3 (3.11 or later), make and git; the rest lands in .venv.
#
#   make run ARGS="--port 9000"        more words for the command
#   make test ARGS="tests/domain -x"   a part of the tests
#   make env PYTHON=python3.12         another Python

PYTHON ?= python3
ARGS ?=

BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check --no-input
READY := .venv/report-post-is-installed

.PHONY: help env run test check faults bench golden lock

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

env: $(READY) ## what everything else needs, in .venv; done once, and again when its versions change

# A .venv whose Python is gone or too old is made anew; any other is brought up to date.
$(READY): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Report Post needs Python 3.11 or later, and $(PYTHON) is not that. If you have one by another name: make env PYTHON=python3.12" >&2; exit 1; }
	@$(BIN)/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "$(PYTHON) cannot make a virtual environment: its venv package is missing. On Debian and Ubuntu: sudo apt install python3-venv" >&2; exit 1; }; \
	  $(PYTHON) -m venv --clear .venv; }
	@echo "Fetching what Report Post needs into .venv; the first time this takes a minute or two."
	@$(PIP) install --require-hashes --requirement requirements.lock
	@PYTHONWARNINGS=ignore $(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

run: env ## tries Report Post: a page on this computer, no account needed
	@$(BIN)/report-post try $(ARGS)

test: env ## all tests, two at a time
	$(BIN)/python -m pytest --numprocesses 2 --dist loadgroup $(ARGS)

check: env ## style, types, direction of imports, declared dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/deptry .
	$(BIN)/python -m pip --disable-pip-version-check check

faults: env ## kills, outages, full disks, forged and hostile input; prints a table of what held
	$(BIN)/python -m tests.faults $(ARGS)

bench: env ## how fast it is, as lines "name: value"; on a quiet machine
	$(BIN)/python -m tests.bench $(ARGS)

golden: env ## writes the golden files anew from what the screens show now; read the diff
	$(BIN)/python -m pytest --numprocesses 2 --dist loadgroup --golden $(ARGS)

# No address of an index goes into the lock, whatever this machine's pip is told.
lock: env ## requirements.lock after pyproject.toml changed; ARGS=--upgrade for newer versions of all
	CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --extra dev --strip-extras --allow-unsafe --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --output-file requirements.lock $(ARGS) pyproject.toml
