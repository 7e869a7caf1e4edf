# Each target does its own set-up: a fresh clone needs Python 3.11+ and make, nothing else.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help serve test test-postgres test-browser check fix acceptance soak bench lock clean
.DEFAULT_GOAL := help

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.venv/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Opis needs Python 3.11 or newer; say which: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "This Python cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.5'
	@touch $@

.venv/serve: .venv/pip requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@touch $@

.venv/dev: .venv/pip requirements-dev.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@touch $@ .venv/serve

serve: .venv/serve ## migrate, load the seed and serve it on http://127.0.0.1:8000
	@$(BIN)/python -m api serve

test: .venv/dev ## run every test (and report what they reach: COVERAGE=1)
	@$(BIN)/pytest -n auto $(if $(COVERAGE),--cov --cov-report=term:skip-covered)

test-postgres: .venv/dev ## run the tests over HTTP on PostgreSQL: real servers, a replica, failover
	@$(BIN)/python -m tests.postgres
	@$(BIN)/pytest --postgres -n auto

check: .venv/dev ## formats, lints, types, layers, migrations, documents, known vulnerabilities
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@rm -rf .opis/check && OPIS_DATA_DIR=.opis/check $(BIN)/python -m tests.check_migrations
	@$(BIN)/cog --check README.md
	@$(BIN)/hadolint Dockerfile
	@$(BIN)/python -m tests.check_audit

fix: .venv/dev ## put right what tools can put right
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .
	@$(BIN)/python -m api schema
	@$(BIN)/cog -r README.md

test-browser: .venv/dev ## read the pages in a real Chromium (from the system; or name one: CHROMIUM=…)
	@npm ci --prefix tests/browser --no-audit --no-fund --silent
	@$(BIN)/pytest -m browser tests/browser

.venv/acceptance: .venv/dev requirements-acceptance.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-acceptance.lock
	@touch $@

acceptance: .venv/acceptance ## let programs that are not ours read everything that is served
	@$(BIN)/python -m tests.acceptance.run

soak: .venv/dev ## mixed traffic beside loads, for ten minutes or MINUTES=1: no failure, no mixture, flat memory
	@$(BIN)/python -m tests.soak $(MINUTES)

# In an environment of its own: what it is measured against must not choose what it is made of.
.venv-bench/bench: .venv/pip requirements-bench.lock
	@$(BIN)/uv venv --quiet --allow-existing --python $(BIN)/python .venv-bench
	@$(BIN)/uv pip install --quiet --python .venv-bench/bin/python --require-hashes -r requirements-bench.lock
	@touch $@

bench: .venv/dev .venv-bench/bench ## measure it against its budgets (up to a million paragraphs: SIZE=1000000; a taste: QUICK=1)
	@$(BIN)/python -m tests.benchmarks $(if $(SIZE),--size $(SIZE)) $(if $(QUICK),--quick) $(foreach line,$(ONLY),--only $(line))

lock: .venv/pip ## pin the newest allowed dependencies, with hashes
	@$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet --extra dev pyproject.toml -o requirements-dev.lock
	@$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet --extra dev --extra acceptance pyproject.toml -o requirements-acceptance.lock
	@$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet --extra bench pyproject.toml -o requirements-bench.lock

clean: ## remove what was made here, the database as well
	@rm -rf .venv .venv-bench .opis .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*
