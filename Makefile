# make run and make test work from a fresh clone with git, make and Python 3.11+ only.
PYTHON ?= python3
BIN := .venv/bin
# A file's tests share what is slow to set up; whoever is done takes over what is left of another's.
PYTEST := $(BIN)/python -m pytest -n auto --dist worksteal --durations 8
# Tests start many processes, which load in half the time if what was compiled is kept.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup run demo test proofs check bench pictures lock
help:            ## show these lines
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/'

setup: .venv/ready  ## install what the lock file names into .venv
.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Cairn needs Python 3.11 or newer: make setup PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

run: setup       ## start web chat and desk (and the bots whose tokens are set)
	$(BIN)/cairn run

demo: setup      ## try everything in five minutes, without any account: two phones, the web chat and the desk on one page
	$(BIN)/python -m demo

test: setup      ## every test
	$(PYTEST)

proofs: setup    ## the same guarantees and rules at many more kills, days and walks: takes long
	CAIRN_EXAMPLES=500 $(PYTEST) tests/test_kills.py tests/test_guarantees.py tests/desk/test_process_in_any_order.py

check: setup     ## lint, types, content, flows, settings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/cairn check

bench: setup     ## speed, as ratios in one run
	$(BIN)/python -m bench

pictures: setup  ## the pictures of README.md, from the running program (needs Chromium)
	$(BIN)/python -m docs.pictures

lock: setup      ## write requirements.lock anew (needs uv: pip install uv)
	uv pip compile pyproject.toml build.in --extra test --universal --python-version 3.11 --generate-hashes -q -o requirements.lock
