# Everything here starts from Python 3.11 and make alone: the first target that needs
# them installs the locked packages into .venv, and again whenever the lock changes.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
STAMP := .venv/.installed

.DEFAULT_GOAL := help
.PHONY: help demo test lint format bench prove lock clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(STAMP) ## show syncd at work on stand-ins of both vendors, with no account
	.venv/bin/syncd demo

test: $(STAMP) ## run the whole test suite
	.venv/bin/pytest --numprocesses auto --maxprocesses 4 --dist worksteal

lint: $(STAMP) ## check style, types and the directions of imports
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy --strict syncd
	.venv/bin/lint-imports

format: $(STAMP) ## put every file into the house style
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

bench: $(STAMP) ## measure syncd beside a plain loop over the same pages
	.venv/bin/python -m tests.bench

prove: $(STAMP) ## kill syncd at every point of its stories, live through a day, run the daemon (long)
	.venv/bin/python -m tests.kill
	.venv/bin/python -m tests.daemon

lock: $(STAMP) ## choose the newest allowed versions anew (maintainers)
	.ci/lock

clean: ## remove what these commands installed and cached
	rm -rf .venv .tools .coverage .hypothesis .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): requirements-dev.lock requirements-tools.lock pyproject.toml
	.ci/install "$(PYTHON)"
	@touch $@
