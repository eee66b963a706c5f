# Two commands for a newcomer: `make run` and `make test`. Both set up what is missing.
ifndef PYTHON
# Asked once, not at every use: each Python that is started costs a noticeable part of a second.
PYTHON := $(shell for name in python3 python3.13 python3.12 python3.11 python; do \
  $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
endif
BIN := .venv/bin
# One process more than two cores, because tests in a browser wait now and then; more of them only hinder
# each other. The tests of one file stay together, because they share what takes long to make. In their
# order, so that the walks in a browser, the longest files with the fewest tests, are not left to the end.
SIDE_BY_SIDE := --numprocesses 3 --dist loadfile --no-loadscope-reorder
# Which tests: all, if nothing else is said, as in `make test TESTS=tests/web/events`.
TESTS ?=
SETUP = @test -n "$(PYTHON)" || { echo "Steiger needs Python 3.11 or newer, and found none: install one."; exit 1; } \
  && $(PYTHON) scripts/setup.py

.PHONY: help setup run test check docs format clean

help: ## Show what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: ## Environment, browser libraries, translations
	$(SETUP)

run: setup ## Set everything up and serve http://127.0.0.1:8000
	@exec $(BIN)/steiger run

test: ## Set everything up and pass all tests, in a real browser too
	$(SETUP) --browser
	@$(BIN)/pytest $(SIDE_BY_SIDE) $(TESTS)

check: ## Format, lint, types, contracts, tests, docs
	$(SETUP) --browser
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m steiger.web.config.catalogues check
	$(BIN)/mkdocs build --strict --quiet
	$(BIN)/pytest $(SIDE_BY_SIDE) $(TESTS)

docs: setup ## Build the documentation into site/
	@$(BIN)/mkdocs build --strict

format: setup ## Format the code
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

clean: ## Remove everything that set-up made (not the data)
	@rm -rf .venv .setup frontend/node_modules src/steiger/web/portal/static/build site
