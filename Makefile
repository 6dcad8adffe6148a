# The one daily tool. `make help` lists what there is.
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
# Compiled once, and not anew by each of the many processes that tests and benchmarks start.
export PYTHONDONTWRITEBYTECODE :=

# The first Python that really runs (a version manager's shim exists and may still fail, so run it).
PYTHON ?= $(shell for p in python3.13 python3.14 python3.12 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null && echo $$p && break; done)
UV := $(shell uv --version >/dev/null 2>&1 && echo uv)

.PHONY: help install run test faults fast spark audit scan check lint format types imports migrations schema bench docs words pictures lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t14

install: $(VENV)/.stamp ## build .venv with everything that development needs

$(VENV)/.stamp: requirements/dev.txt pyproject.toml
ifeq ($(UV),uv)
	uv venv --quiet --allow-existing --python '>=3.12' $(VENV)
	uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
else
	@test -n "$(PYTHON)" || { echo "Followspot needs Python 3.12 or newer on the PATH (found: $$(python3 --version 2>&1))."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
endif
	@touch $@

run: install ## a working app with real samples on PORT (8000)
	$(BIN)/followspot up --demo --port $(PORT)

test: install ## everything: units, SQLite, PostgreSQL, browser
	tests/needs.sh
	$(BIN)/pytest
	tests/postgres.sh $(BIN)/pytest -m "not slow" tests/teams tests/directory tests/channels tests/privacy tests/practices tests/brief tests/objects tests/evidence/test_log.py tests/house/test_verbs.py \
		tests/web tests/journeys --ignore tests/web/test_sample.py --ignore tests/web/test_accounts.py --ignore tests/web/test_words.py \
		--ignore tests/web/test_headers.py --ignore tests/channels/test_door.py \
		--ignore tests/journeys/test_accessibility.py --ignore tests/journeys/test_pictures.py --ignore tests/journeys/test_samples.py
	tests/postgres.sh $(BIN)/pytest tests/upkeep/test_backup.py tests/upkeep/test_upgrade.py tests/faults/test_killed.py \
		tests/web/test_sample.py::test_it_says_what_it_brings_and_brings_it_once

faults: install ## what a server lives through, for long: killed, no room, no database, two at once (half an hour)
	tests/needs.sh
	FAULT_ROUNDS=$${FAULT_ROUNDS:-25} $(BIN)/pytest -n 1 tests/faults

fast: install ## the half without Django, database and browser, in seconds
	$(BIN)/pytest -q tests/house/test_without_django.py tests/measures tests/evidence/connectors

spark: install ## every reading on a real Spark cluster and from an object store; gets what it needs (450 MB)
	tests/spark.sh $(BIN)/pytest -n 0 tests/evidence/test_spark.py tests/evidence/test_places.py

check: install lint types imports migrations ## what CI asks besides the tests

audit: install ## known vulnerabilities in what an installation brings along
	@$(BIN)/python requirements/audit.py

scan: install ## a public scanner against the running app, over loopback, into docs/figures/scan.md (half an hour)
	$(BIN)/python -m benchmarks.scan

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --quiet --lint src

format: install ## mend what ruff can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: install
	$(BIN)/mypy

imports: install
	$(BIN)/lint-imports

migrations: install
	FOLLOWSPOT_DATA=build/check $(BIN)/followspot manage makemigrations --check --dry-run

schema: install ## the API's schema, into docs/reference/openapi.json; a test compares
	FOLLOWSPOT_DATA=build/check $(BIN)/followspot manage shell --no-imports -v 0 -c "from followspot.web.api import written; print(written(), end='')" > build/openapi.json
	mv build/openapi.json docs/reference/openapi.json

bench: install ## what has a budget, drawn beside its peer in build/bench/report.html; BENCH=--all: the truth of measures too
	tests/needs.sh
	$(BIN)/python -m benchmarks $(BENCH)

docs: install ## the documentation, into docs/_build
	$(BIN)/sphinx-build -W --keep-going -q docs docs/_build

words: install ## what there is to translate, into each language's files
	$(BIN)/python -m languages.collect

pictures: install ## the pictures of the documents, taken anew by the browser test
	mkdir -p docs/pictures
	FOLLOWSPOT_PICTURES=docs/pictures $(BIN)/pytest -q -n 1 tests/journeys/test_pictures.py

lock: ## renew requirements/*.txt from pyproject.toml (needs uv)
	uv lock
	uv export --quiet --format requirements.txt --all-extras --no-extra spark --no-emit-project --no-header --no-annotate --no-default-groups -o requirements/run.txt
	uv export --quiet --format requirements.txt --all-extras --no-extra spark --no-emit-project --no-header --no-annotate --group dev -o requirements/dev.txt

clean:
	rm -rf $(VENV) build dist docs/_build
