# `make` lists what can be made. Everything works from a fresh clone with Python 3.11 and nothing else.

SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell command -v python3.11 || command -v python3)
TORCH := $(shell grep -oE 'torch==[0-9.]+' pyproject.toml | head -n 1)
INSTALLED := $(VENV)/.installed
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help install demo test bench soak model model-card lint format docs catalogs wheel clean

help: ## List what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

install: $(INSTALLED) ## Create .venv and install everything into it, once

# torch comes first: the exact version of the index in use, so that nothing else picks another build.
$(INSTALLED): pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python is missing: apt install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed, and $(PYTHON) is older: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "$(PYTHON) cannot make virtual environments: apt install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --upgrade pip
	$(BIN)/python -m pip install '$(TORCH)'
	$(BIN)/python -m pip install --editable '.[test]'
	@touch $@

demo: $(INSTALLED) ## Run the whole program on a made-up day of posts
	$(BIN)/python -m tests.demo $(ARGS)

test: $(INSTALLED) ## Run every test; ARGS="-k name" chooses
	$(BIN)/python -m pytest $(ARGS)

bench: $(INSTALLED) ## Measure speed side by side with simpler ways, and print the tables
	$(BIN)/python -m tests.bench.store $(ARGS)
	$(BIN)/python -m tests.bench.assess
	$(BIN)/python -m tests.bench.classify

soak: $(INSTALLED) ## Kill the daemon 200 times at work and count what is lost; classify 100,000 odd texts; ask the interface 500 ways
	$(BIN)/python -m tests.soak.kills
	$(BIN)/python -m tests.soak.kills --fresh-postgresql
	$(BIN)/python -m tests.soak.texts
	$(BIN)/python -m tests.soak.api
	$(BIN)/python -m tests.soak.api --postgresql

model: $(INSTALLED) ## Train a model by docs/training.md: DATA= the folder of sets, TEACHER= an English sentence encoder
	@test -n "$(DATA)" -a -n "$(TEACHER)" || { echo "make model DATA=folder TEACHER=folder_or_hub_id" >&2; exit 1; }
	$(BIN)/python -m classifiers.pretrain --data $(DATA) --teacher $(TEACHER) --out build/base --cache build/teacher.npz
	$(BIN)/python -m classifiers.train --data $(DATA) --base build/base --out build/model $(ARGS)

model-card: $(INSTALLED) ## Measure the shipped model and write docs/model-card.md; DATA= the folder with labelled/
	$(BIN)/python -m classifiers.evaluate $(if $(DATA),--data $(DATA)) --baseline --robustness $(ARGS) \
		--json classifiers/models/compact/figures.json --write docs/model-card.md

lint: $(INSTALLED) ## Check style, types and the floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(INSTALLED) ## Put every file into the project's style
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(INSTALLED) ## Write the reference tables of docs/ from the code
	$(BIN)/python -m tests.test_config_docs
	$(BIN)/python -m tests.cli.test_docs

catalogs: $(INSTALLED) ## Gather the sentences of the page, and what of them is to be translated, into monitor/web/locale
	$(BIN)/python -m tests.web.catalogs

wheel: $(INSTALLED) ## Build the wheel into dist/
	$(BIN)/python -m pip wheel --no-deps --wheel-dir dist .

clean: ## Remove what was built; the virtual environment too
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
