# Everything runs in .venv, which the first target that needs it makes from the locked versions: what runs Taproom, and
# on top of it, for the targets that need that, what tests, checks and operates it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
DEVELOPED := $(VENV)/.developed
# The peers that the models are compared with never come near the product.
PEERS := .venv-benchmarks
# What checks the page: npm packages, which never come near the product either.
PAGE := functions/recommend/page
PAGE_CHECKS := tests/page
HAS_NODE := npm --version && node -e 'const [major, minor] = process.versions.node.split("."); process.exit(major * 100 + +minor < 2019 ? 1 : 0)'
export PATH := $(CURDIR)/$(BIN):$(CURDIR)/$(PAGE_CHECKS)/node_modules/.bin:$(PATH)
export SAM_CLI_TELEMETRY := 0

.PHONY: help demo local drop develop test test-slow test-faults check page page-checks quality browser screenshots lock clean
.DEFAULT_GOAL := help

help:  ## show this
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

$(INSTALLED): requirements.lock
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v < (3, 14) else f"Taproom needs Python 3.11, 3.12 or 3.13 (TensorFlow has no wheels for others); {sys.executable} is {v[0]}.{v[1]}. Name another: make PYTHON=python3.12 ...")'
	@echo "Installing what runs Taproom into $(VENV), once (about 2.5 GB, a minute on a fast line)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check "uv>=0.7,<1"
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock
	@touch $@

$(DEVELOPED): requirements-develop.lock $(INSTALLED)
	@echo "Installing what tests, checks and operates it into $(VENV), once (about 1 GB more)"
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements-develop.lock
	@touch $@

demo: $(INSTALLED)  ## the whole loop on this machine; REVIEWS=file.csv.gz to use your own reviews
	@$(BIN)/python -m local.demo $(if $(REVIEWS),--reviews "$(REVIEWS)")

local: $(INSTALLED)  ## the same cloud, left running until Ctrl-C; DIRECTORY=dir keeps its state, PORT=n
	@$(BIN)/python -m local up $(if $(DIRECTORY),--directory "$(DIRECTORY)") $(if $(PORT),--port $(PORT))

drop: $(INSTALLED)  ## drop FILE=reviews.csv into the running local cloud
	@$(if $(FILE),,$(error Say which file to drop: make drop FILE=reviews.csv))$(BIN)/python -m local drop "$(FILE)"

develop: $(DEVELOPED)  ## install all that `python -m operate`, tests and checks need

BY_FILE = --dist=loadfile --no-loadscope-reorder
test: $(DEVELOPED)  ## the tests, in three processes, since some wait (7 minutes on two cores)
	@$(BIN)/python -m pytest --numprocesses=3 $(BY_FILE) -m "not slow"

test-slow: $(DEVELOPED)  ## the others, which take longest: faults, documented commands, several hosts, evidence (18 minutes)
	@$(BIN)/python -m pytest --numprocesses=2 $(BY_FILE) -m slow

test-faults: $(DEVELOPED)  ## every AWS call failing in every way, some 1,200 cases, and what the others do less of (40 minutes)
	@FAULTS=all $(BIN)/python -m pytest --numprocesses=2 tests/loop/faults tests/loop/test_ratings.py \
		tests/loop/test_api.py tests/loop/test_drops.py tests/unit/monitor/test_arms.py

check: $(DEVELOPED)  ## ruff, mypy, cfn-lint, sam validate, who may import whom, and the page
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/cfn-lint template.yaml
	@$(BIN)/python -m pytest --quiet tests/unit/test_import_rules.py
	@AWS_DEFAULT_REGION=us-east-1 $(BIN)/sam validate --lint
	@$(MAKE) --no-print-directory page

page: $(INSTALLED)  ## prettier, eslint and TypeScript on the page, where there is Node.js
	@if { $(HAS_NODE); } >/dev/null 2>&1; then $(MAKE) --no-print-directory page-checks; \
		else echo "The page is not checked: that needs npm and Node.js 20.19 or newer; Debian 13 has them: apt-get install npm"; fi

$(PAGE_CHECKS)/node_modules/.package-lock.json: $(PAGE_CHECKS)/package-lock.json
	@cd $(PAGE_CHECKS) && npm ci --silent

page-checks: $(PAGE_CHECKS)/node_modules/.package-lock.json $(INSTALLED)
	@prettier --config $(PAGE_CHECKS)/package.json --log-level warn --check $(PAGE) $(PAGE_CHECKS)
	@eslint --config $(PAGE_CHECKS)/eslint.config.mjs $(PAGE) $(PAGE_CHECKS)
	@PYTHONPATH=functions:layers/shared $(BIN)/python -c \
		'from recommend.handler import app; print(app.get_openapi_json_schema(title="Taproom", version="1"))' | \
		openapi-typescript --root-types --root-types-no-schema-prefix --default-non-nullable=false \
		--output $(PAGE_CHECKS)/openapi.d.ts >/dev/null
	@tsc --project $(PAGE_CHECKS) && tsc --project $(PAGE_CHECKS)/worker.json

$(PEERS)/.installed: benchmarks/requirements.lock $(INSTALLED)
	@echo "Installing into $(PEERS), once (about 2.3 GB; one of the peers, lightfm-next, needs a C compiler)"
	@test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(PEERS)/bin/python --require-hashes -r benchmarks/requirements.lock
	@touch $@

quality: $(PEERS)/.installed  ## how good the models are, next to peers (several hours); ARGS="--help" tells more
	@$(PEERS)/bin/python benchmarks/quality.py $(ARGS)

browser:  ## install Chromium on Debian, with the fonts of the screenshots; the page's tests run where it is
	@$(if $(shell command -v apt-get),,$(error There is no apt-get here: install Chromium in your system's own way))
	@sudo=$$(test $$(id -u) = 0 || echo sudo) && $$sudo apt-get update --quiet && \
		$$sudo apt-get install --quiet --yes --no-install-recommends chromium fonts-inter fonts-urw-base35

screenshots: $(DEVELOPED)  ## take the pictures of the page in docs/ anew; SITE=url/ of a real release and GUEST=name of one who has rated
	@$(if $(and $(SITE),$(GUEST)),,$(error Say where a really trained release serves, as `python -m local.demo --keep` tells, and whose list to show: make screenshots SITE=url/ GUEST=name))
	@SCREENSHOTS=docs/screenshots SITE=$(SITE) GUEST=$(GUEST) $(BIN)/python -m pytest --quiet tests/browser/test_screenshots.py

COMPILE = $(BIN)/uv pip compile --quiet --upgrade --no-annotate --no-header --no-emit-index-url
lock: $(INSTALLED)  ## lock the newest versions that pyproject.toml allows
	@$(COMPILE) --universal --generate-hashes --extra local --extra operate --extra develop pyproject.toml \
		-o requirements-develop.lock
	@$(COMPILE) --universal --generate-hashes --constraint requirements-develop.lock --extra local pyproject.toml \
		-o requirements.lock
	@$(COMPILE) --universal --generate-hashes --constraint requirements.lock pyproject.toml benchmarks/requirements.in \
		-o benchmarks/requirements.lock
	@for layer in layers/shared layers/pandas layers/pillow; do $(COMPILE) --python-version 3.12 \
		--python-platform x86_64-manylinux_2_28 --only-binary :all: --constraint requirements.lock \
		$$layer/requirements.in -o $$layer/requirements.txt; done

clean:  ## remove what was built and installed here
	rm -rf $(VENV) .venv-* $(PAGE_CHECKS)/node_modules $(PAGE_CHECKS)/openapi.d.ts .aws-sam .local .pytest_cache .mypy_cache .ruff_cache .hypothesis
