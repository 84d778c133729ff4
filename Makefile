# Everything that Eightcount needs to be tried, tested and changed. The second run of a target does no network work.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

SERVICES := $(sort $(filter-out common,$(notdir $(patsubst %/pyproject.toml,%,$(wildcard services/*/pyproject.toml)))))
DISTRIBUTIONS := proto services/common $(SERVICES:%=services/%) gateway gateway/client
SPACE := $(subst ,, )
SOURCES := proto/gen services/common $(SERVICES:%=services/%) gateway gateway/client
EXTRAS := gateway[demo] services/classifier[frames]
EDITABLE := $(foreach folder,$(DISTRIBUTIONS),--editable ./$(or $(filter $(folder)[%,$(EXTRAS)),$(folder)))
CODE := proto services gateway deploy tests
VENV := .venv
STAMPS := $(VENV)/build
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip --disable-pip-version-check install --quiet --no-compile --constraint constraints.txt
PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
AGAINST ?= $(shell if git rev-parse --quiet --verify main >/dev/null 2>&1 && \
	! git merge-base --is-ancestor HEAD main; then echo main; else echo HEAD~; fi)
BUILD_TOOLS := hatchling editables grpcio-tools mypy-protobuf

export EIGHTCOUNT_POSE_WEIGHTS ?= $(HOME)/.cache/eightcount/weights
export EIGHTCOUNT_GATEWAY_THREE ?= $(HOME)/.cache/eightcount/three
export EIGHTCOUNT_EVAL_MOTION ?= $(abspath ../shared/data/motion)
export DEMO
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help demo venv weights three proto test test-tools node-tools page-types openapi lint-openapi chromium lint types rules buf-breaking check format bench-compare bench-sync eval-compare eval-dance eval-pose eval-scoring eval-style library-dance train-dance train-style images constraints clean

help:  ## Show the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: venv weights three  ## Compare a real dancer with a take of planted mistakes, then serve the report; DEMO=once ends.
	@$(BIN)/python -m eightcount_gateway.demo

venv: $(STAMPS)/venv  ## Install everything, pinned, into .venv.

$(STAMPS)/tools: constraints.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; none was found" >&2; exit 1; }
	@echo "installing into $(VENV) (pinned by constraints.txt)"
	@$(PYTHON) -m venv $(VENV) || { echo "on Debian: apt-get install python3-venv" >&2; exit 1; }
	@$(PIP_INSTALL) $(BUILD_TOOLS)
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/venv: $(STAMPS)/tools $(DISTRIBUTIONS:%=%/pyproject.toml) | proto
	@$(PIP_INSTALL) --no-build-isolation $(EDITABLE)
	@touch $@

proto: $(STAMPS)/tools  ## Compile the protos into proto/gen.
	@$(BIN)/python proto/generate.py

weights: venv $(EIGHTCOUNT_POSE_WEIGHTS)/.fetched  ## Fetch the pose weights, verified by sha256, to where the pose service looks.

$(EIGHTCOUNT_POSE_WEIGHTS)/.fetched: services/pose/eightcount_pose/models.py | venv
	@$(BIN)/python -m eightcount_pose.weights
	@touch $@

three: venv $(EIGHTCOUNT_GATEWAY_THREE)/.fetched  ## Fetch three.js for the 3D stage, verified by sha256, to where the gateway looks.

$(EIGHTCOUNT_GATEWAY_THREE)/.fetched: gateway/eightcount_gateway/fetch_three.py | venv
	@$(BIN)/python -m eightcount_gateway.fetch_three
	@touch $@

test: test-tools node-tools weights three chromium  ## Run every test.
	@$(BIN)/python -m pytest $(ARGS)

test-tools: venv $(STAMPS)/test-tools

$(STAMPS)/test-tools: tests/requirements.txt constraints.txt $(STAMPS)/venv
	@$(PIP_INSTALL) --requirement tests/requirements.txt
	@touch $@

node-tools: test-tools  ## Install the tools that run in Node, pinned, into a cache folder (EIGHTCOUNT_NODE_TOOLS).
	@PYTHONPATH=. $(BIN)/python -m tests.node_tools

openapi: venv proto  ## Write the OpenAPI document of the HTTP API to build/openapi.json.
	@$(BIN)/python -m eightcount_gateway.http.openapi --out build/openapi.json

lint-openapi: node-tools openapi  ## Lint the OpenAPI document (redocly, recommended rules).
	@PYTHONPATH=. $(BIN)/python -m tests.node_tools redocly lint --extends recommended build/openapi.json

page-types: node-tools proto  ## Generate the types of the pages from the OpenAPI document.
	@PYTHONPATH=. $(BIN)/python -m tests.node_tools.page_types

chromium:
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || tests/install_chromium

check: lint types rules buf-breaking  ## Lint, types, import rules, and what the protos break.

lint: test-tools  ## Style, format and protos.
	@$(BIN)/ruff check $(CODE)
	@$(BIN)/ruff format --check $(CODE)
	@$(BIN)/buf lint proto

types: test-tools proto  ## mypy, strict.
	@MYPYPATH=$(subst $(SPACE),:,$(SOURCES)) $(BIN)/mypy $(wildcard services/*) gateway proto/generate.py

rules: test-tools proto  ## Who may import whom.
	@$(BIN)/lint-imports

buf-breaking: test-tools  ## Report the changes of the protos that break clients since AGAINST (main, or the commit before); never fails.
	@rm -rf build/buf && mkdir -p build/buf
	@if git archive $(AGAINST) proto 2>/dev/null | tar --extract --directory build/buf 2>/dev/null; then \
		$(BIN)/buf breaking proto --against build/buf/proto && echo "the protos break no client of $(AGAINST)" || \
		echo "the protos break clients of $(AGAINST); v1 is not frozen, so this only reports"; \
	else echo "buf breaking: there is no commit $(AGAINST) to compare the protos with"; fi

format: test-tools
	@$(BIN)/ruff check --fix $(CODE)
	@$(BIN)/ruff format $(CODE)

bench-compare: test-tools weights  ## Time, processor time and memory of a comparison, beside MediaPipe's own.
	@$(BIN)/python -m tests.benchmarks.bench_compare --weights $(EIGHTCOUNT_POSE_WEIGHTS) $(ARGS)

bench-sync: test-tools  ## How well recordings are aligned, beside the peers; minutes with ARGS=--quick, hours without.
	@PYTHONPATH=. $(BIN)/python -m tests.benchmarks.bench_sync $(ARGS)

eval-compare: test-tools weights  ## Real videos of known truth; needs EIGHTCOUNT_EVAL_MEDIA.
	@$(BIN)/python -m tests.benchmarks.eval_compare $(ARGS)

eval-pose: test-tools weights  ## Poses against calibrated cameras and marked pictures; needs EIGHTCOUNT_EVAL_MEDIA.
	@$(BIN)/python -m tests.benchmarks.eval_pose --weights $(EIGHTCOUNT_POSE_WEIGHTS) $(ARGS)

eval-scoring: test-tools weights  ## Planted mistakes found again, beside plain angle differences.
	@$(BIN)/python -m tests.benchmarks.eval_scoring $(ARGS)

eval-style: test-tools weights  ## Styles: splits that cannot leak, peers, the unknown, five clips, speed; needs EIGHTCOUNT_EVAL_MOTION (and _MEDIA).
	@PYTHONPATH=. $(BIN)/python -m tests.benchmarks.eval_style --weights $(EIGHTCOUNT_POSE_WEIGHTS) $(ARGS)

eval-dance: test-tools  ## Dances to songs never seen: beats, feet, joints, variety, speed; needs EIGHTCOUNT_EVAL_MOTION and _MEDIA.
	@PYTHONPATH=. $(BIN)/python -m tests.benchmarks.eval_dance $(ARGS)

train-style: venv  ## Train the pretrained style models; needs EIGHTCOUNT_EVAL_MOTION.
	@$(BIN)/python -m eightcount_classifier.pretrained --motion $(EIGHTCOUNT_EVAL_MOTION) --runs build/runs --card docs/models $(ARGS)

train-dance: venv  ## Teach the FAMILY of models of dances that comes with the service (diffusion), in PROCESSES (2); needs EIGHTCOUNT_EVAL_MOTION.
	@OMP_NUM_THREADS=1 $(BIN)/torchrun --standalone --nproc-per-node $(or $(PROCESSES),2) -m eightcount_generator.service.train_pretrained $(or $(FAMILY),diffusion) --motion $(EIGHTCOUNT_EVAL_MOTION) --runs build/runs/dances --out services/generator/eightcount_generator/pretrained $(ARGS)

library-dance: venv  ## Join the recordings to a model `graph` for private stacks (in EIGHTCOUNT_DATA); needs EIGHTCOUNT_EVAL_MOTION.
	@$(BIN)/python -m eightcount_generator.service.train_pretrained graph --motion $(EIGHTCOUNT_EVAL_MOTION) --data "$${EIGHTCOUNT_DATA:-$$HOME/.local/share/eightcount}" $(ARGS)

images:  ## Build the image of every service (Docker with BuildKit).
	@deploy/build_images

constraints:  ## Pin what a fresh environment gets today into constraints.txt.
	@$(PYTHON) -m venv --clear build/pinning
	@build/pinning/bin/pip install --quiet $(BUILD_TOOLS)
	@PATH=$(CURDIR)/build/pinning/bin:$$PATH build/pinning/bin/pip install --quiet --no-build-isolation \
		$(EDITABLE) --requirement tests/requirements.txt
	@build/pinning/bin/pip freeze --exclude-editable > constraints.txt
	@rm -rf build/pinning

clean:  ## Remove the environment, generated code, demo and caches.
	rm -rf $(VENV) build proto/gen .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find $(CODE) -name __pycache__ -type d -prune -exec rm -rf {} +
