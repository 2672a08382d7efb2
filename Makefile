# Two commands are enough: `make serve` and `make test`. Both work from a bare checkout.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

PORT ?= 8000
VENV ?= .venv
BIN := $(VENV)/bin
# The first Python that is new enough and not too new for the pinned wheels.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null \
	&& { echo $$p; break; }; done)

# LightFM compiles for the very processor it is built on, unless it is told not to.
export LIGHTFM_NO_CFLAGS := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help serve train test test-long lint bench screenshot browser clean

help:  ## what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

serve: model.pkl  ## the site on 127.0.0.1:$PORT (8000), in demo mode
	@$(BIN)/python -m toppicks.store migrate
	@echo "Top Picks is on http://127.0.0.1:$(PORT) (Ctrl-C ends it)"
	@TOPPICKS_DEMO=$${TOPPICKS_DEMO:-1} TOPPICKS_HOST=$${TOPPICKS_HOST:-127.0.0.1} PORT=$(PORT) \
		exec $(BIN)/gunicorn app:app

train: $(VENV)/.installed  ## train on the films and on what came live; writes model.pkl
	@$(BIN)/python -m toppicks.store migrate
	$(BIN)/python model.py train --database

model.pkl: | $(VENV)/.installed
	$(BIN)/python model.py

test: lint browser  ## everything that must hold, under 10 minutes
	$(BIN)/pytest -n auto --dist loadfile

test-long: lint browser  ## the long profiles too
	HYPOTHESIS_PROFILE=long $(BIN)/pytest -n auto --dist loadfile -m ""

lint: $(VENV)/.installed-dev  ## style, types, layers
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

bench: model.pkl $(VENV)/.installed-dev  ## what serving costs
	$(BIN)/python bench/serving.py --check

browser: $(VENV)/.installed-dev
	@bin/browser $(BIN) > /dev/null

screenshot: model.pkl browser  ## make docs/top-picks.png anew
	$(BIN)/python docs/screenshot.py

clean:  ## remove what was installed and made here; live data under instance/ stays
	rm -rf $(VENV) model.pkl .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/.installed: requirements.txt
	@[ -n "$(PYTHON)" ] || { echo "error: no Python 3.11 to 3.13 with venv is installed;" \
		"on Debian: apt-get install python3-venv python3-dev gcc" >&2; exit 2; }
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV)
	@echo "installing what requirements.txt says (a minute or two, once)"
	@$(BIN)/pip install --quiet -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	@echo "installing what requirements-dev.txt says"
	@$(BIN)/pip install --quiet -r requirements-dev.txt
	@touch $@
