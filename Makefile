# Kith's tasks. Only make and Python 3.11 or newer are presumed; all else comes into .venv from the lock files. A stamp
# file in .venv stands for each step that was done, so that a second call does nothing and a changed lock installs anew.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install try run test check style bench lock clean again

# The interpreter to build .venv with; when empty, the newest suitable one of these.
PYTHON ?=
PYTHONS = python3.13 python3.12 python3.11 python3 python
ARGS ?=

# Somebody's own pip settings must not send the packages elsewhere than into .venv.
export PIP_USER = 0
export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PIP_REQUIRE_VIRTUALENV = 0
# The tests start Kith two hundred times: what was compiled must be there the next time.
unexport PYTHONDONTWRITEBYTECODE

# Most tests wait for something half of their time, so on two processors there are four of them at once; each of these
# processes has a PostgreSQL of its own.
SIDE_BY_SIDE = --numprocesses 4 --dist worksteal

BIN = .venv/bin
TYPES = $(BIN)/python -m mypy
TESTS = $(BIN)/python -m pytest $(SIDE_BY_SIDE) $(ARGS)
PIP = $(BIN)/python -m pip install --quiet
COMPILE = $(BIN)/uv pip compile pyproject.toml --quiet --python $(BIN)/python --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate --extra postgres --extra pictures --extra build $(ARGS)

help: ## Show this list.
	@echo "Kith: a Telegram bot that turns a group into a community people come back to."
	@echo
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile
	@echo
	@echo "Arguments go through: make try ARGS=\"--port 9000\". Another Python: make install PYTHON=/path/to/python3.12"

install: .venv/.installed ## Make .venv with the kith command in it.

try: .venv/.installed ## See Kith work on this machine; needs no token.
	@$(BIN)/kith try $(ARGS)

run: .venv/.installed ## Run the bot with config.toml.
	@$(BIN)/kith run $(ARGS)

# The types take one processor twenty seconds, so the tests begin meanwhile; what is wrong is told as soon as it is known.
test: style ## All checks and all tests.
	@$(TYPES) & types=$$!; \
	echo '$(TYPES) &'; echo '$(TESTS)'; $(TESTS); tests=$$?; \
	wait $$types || { echo "The types are wrong; what is, mypy has said above." >&2; exit 1; }; \
	exit $$tests

check: style ## Style, contracts and types, without the tests.
	$(TYPES)

style: .venv/.installed-dev ## Style and the house's own contracts.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo

bench: .venv/.installed-dev ## Measure.
	$(BIN)/python -m benchmarks $(ARGS)

lock: .venv/.installed-dev ## Write both lock files anew (ARGS=--upgrade for newer versions).
	$(COMPILE) --output-file requirements.lock
	$(COMPILE) --extra dev --constraint requirements.lock --output-file requirements-dev.lock

clean: ## Remove .venv and everything that can be made again; config.toml and databases stay.
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# An environment knows its own path: in a checkout that was moved, or whose Python is gone, it is made anew.
ifneq ($(wildcard .venv/.made),)
ifneq ($(shell $(BIN)/python -c pass 2>/dev/null && cat .venv/.made),$(CURDIR))
.venv/.made: again
endif
endif

# An environment of somebody's own making without a stamp is kept if it will do.
SUITS = import pip, sys; sys.exit(sys.version_info < (3, 11) or sys.prefix == sys.base_prefix)

.venv/.made:
	@if [ ! -e $@ ] && $(BIN)/python -c '$(SUITS)' 2>/dev/null; then pwd -P > $@; exit 0; fi; \
	usable=; lacking=; old=; \
	for each in $(if $(PYTHON),"$(PYTHON)",$(PYTHONS)); do \
	  version=$$("$$each" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue; \
	  if ! "$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then old="$${old:+$$old, }$$each is $$version"; \
	  elif ! "$$each" -c 'import ensurepip, venv' 2>/dev/null; then lacking="$${lacking:-$$version}"; \
	  else usable=$$each; break; fi; \
	done; \
	if [ -z "$$usable" ] && [ -n "$$lacking" ]; then \
	  echo "Python $$lacking is here, but it cannot make environments: its module venv or ensurepip is missing." >&2; \
	  echo "On Debian and Ubuntu: sudo apt install python$$lacking-venv" >&2; exit 1; \
	elif [ -z "$$usable" ]; then \
	  echo "Kith needs Python 3.11 or newer; $${old:-none was found as $(or $(PYTHON),$(PYTHONS))}." >&2; \
	  echo "Get it from https://www.python.org/downloads/ or your system's packages, or say where it is:" >&2; \
	  echo "  make install PYTHON=/path/to/python3.12" >&2; exit 1; \
	fi; \
	echo "Making .venv with $$("$$usable" --version)."; \
	rm -rf .venv && "$$usable" -m venv .venv && pwd -P > $@ \
	  || { rm -rf .venv; echo "The environment could not be made; the reason stands above." >&2; exit 1; }

.venv/.installed: .venv/.made requirements.lock pyproject.toml
	@echo "Installing what Kith needs (the first time this takes a minute or two)."
	@$(call told,$(PIP) --require-hashes -r requirements.lock)
	@$(call told,$(PIP) --no-deps --no-build-isolation -e .)
	@touch $@

.venv/.installed-dev: .venv/.installed requirements-dev.lock
	@echo "Installing what the checks and tests need."
	@$(call told,$(PIP) --require-hashes -r requirements-dev.lock)
	@touch $@

# Runs pip; when it fails, its own words, and in plain ones what most often is the matter.
told = $(1) 2> .venv/pip.log || { \
	  cat .venv/pip.log >&2; \
	  if grep -q -i -E 'connect|resol|timed out|proxy|ssl|retr|from versions: none' .venv/pip.log; then \
	    echo "pip could not reach its package index. Is this machine online, and does pip know its proxy or mirror?" >&2; \
	  elif grep -q -i 'no space left' .venv/pip.log; then echo "The disk is full." >&2; \
	  else echo "pip could not install the packages; its own words stand above." >&2; fi; \
	  exit 1; }
