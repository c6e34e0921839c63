# Wenju: what one does with a checkout. `make` alone says what there is.
SHELL := /bin/sh
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
# The first Python that fits; `make run PYTHON=/path/to/python3.12` takes another.
FITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(or $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c '$(FITS)' 2>/dev/null && echo $$p && break; done),python3)
# The local chat model: a name from `wenju model list`, or none; without it the settings decide.
MODEL ?= $(WENJU_LOCAL_MODEL)
ifneq ($(filter-out none,$(MODEL)),)
export WENJU_LOCAL_MODEL := $(MODEL)
endif
ARGS ?=

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1 \2/p' $(MAKEFILE_LIST) | \
		awk '{ name = $$2; $$1 = $$2 = ""; printf "  make %-10s%s\n", name, $$0 }'

# ---- what everybody needs

.PHONY: run
run: install model ## install, fetch the local model (MODEL=none skips it), index the samples, serve
	@$(BIN)/wenju index --samples --if-empty
	@$(BIN)/wenju serve $(ARGS) || [ $$? -eq 130 ]

.PHONY: install
install: $(VENV)/.core ## .venv with Wenju and what it depends on, at the locked versions

.PHONY: model
model: $(VENV)/.core ## fetch the local chat model (1.1 GB, resumable, checked)
ifneq ($(MODEL),none)
	@stamp=$(VENV)/.model-$(subst /,_,$(MODEL)); \
	[ -f "$$stamp" ] && [ -f "$$(cat $$stamp)" ] && exit; \
	file=$$($(BIN)/wenju model path) && { [ -f "$$file" ] || $(BIN)/wenju model pull >/dev/null; } && \
		echo "$$file" > $$stamp || \
		echo "The local model could not be fetched; going on without it (again: make model)." >&2
endif

# ---- what one who changes the code needs

.PHONY: dev
dev: $(VENV)/.dev ## install what tests and checks need

# Two processes, a file at a time in the order of the folders: the longest files come first.
.PHONY: test
test: $(VENV)/.dev ## the tests, without the slow ones (ARGS=... goes to pytest)
	$(BIN)/python -m pytest -m "not slow" -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

.PHONY: test-all
test-all: $(VENV)/.dev ## all tests
	$(BIN)/python -m pytest $(ARGS)

.PHONY: bench
bench: $(VENV)/.dev ## measure Wenju beside a plain LangChain pipeline
	$(BIN)/python -m eval.bench $(ARGS)

.PHONY: lint
lint: $(VENV)/.dev ## ruff and strict mypy
	$(BIN)/ruff check .
	$(BIN)/mypy

.PHONY: lock
lock: $(VENV)/.core ## resolve the dependencies anew into the two lock files
	@$(BIN)/python -m pip install -q uv
	$(BIN)/uv $(LOCK) -o requirements.lock pyproject.toml
	$(BIN)/uv $(LOCK) --group dev -c requirements.lock -o requirements-dev.lock pyproject.toml

LOCK := pip compile -q --upgrade --universal --generate-hashes --no-header --no-annotate \
	--python-version 3.11 --extra local

.PHONY: wheel
wheel: $(VENV)/.core ## build the wheel into dist/
	@rm -rf dist
	$(BIN)/python -m pip wheel -q --no-deps -w dist .
	@ls dist

.PHONY: clean
clean: ## remove .venv and what builds leave behind; the library and the models stay
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ---- stamps: each is touched when its step is whole, so that the next run does nothing

$(VENV)/.core: $(VENV)/.pip requirements.lock pyproject.toml
	@echo "Installing Wenju into $(VENV): about 700 MB, a few minutes the first time."
	@$(BIN)/python -m pip install -q --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -q --no-deps -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.core requirements-dev.lock
	@$(BIN)/python -m pip install -q --require-hashes -r requirements-dev.lock
	@touch $@

# Debian's own pip (23.0) is too old for some of the wheels, so it is replaced first.
$(VENV)/.pip:
	@$(MAKE) -s --no-print-directory check
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install -q --upgrade "pip>=25"
	@touch $@

.PHONY: check
check: ## is everything there that cannot be installed from here?
	@$(PYTHON) -c '$(FITS)' 2>/dev/null || { echo "Wenju needs Python 3.11, 3.12 or 3.13; $(PYTHON) is $$($(PYTHON) --version 2>/dev/null || echo missing). \
	Another one: make run PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "Python cannot make environments. On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@[ "$$(uname -s)" != Linux ] || $(PYTHON) -c 'import ctypes; ctypes.CDLL("libgomp.so.1")' 2>/dev/null || { \
		echo "libgomp is missing. On Debian or Ubuntu: apt-get install libgomp1" >&2; exit 1; }
