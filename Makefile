# Installs, runs, tests and checks Eightcount. The second run of a target needs no network.

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
export EIGHTCOUNT_SYNC_WEIGHTS ?= $(EIGHTCOUNT_POSE_WEIGHTS)
export EIGHTCOUNT_GATEWAY_THREE ?= $(HOME)/.cache/eightcount/three
export EIGHTCOUNT_GATEWAY_BROWSER_POSE ?= $(HOME)/.cache/eightcount/browser_pose
export EIGHTCOUNT_EVAL_MOTION ?= $(abspath ../shared/data/motion)
export DEMO
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help demo venv weights three browser-pose proto test test-e2e test-tools node-tools page-types openapi lint-openapi chromium lint types rules buf-breaking check format bench-beats bench-compare bench-fair bench-live bench-sync eval-compare eval-house test-repeat eval-apart eval-cases eval-causes eval-dance eval-input eval-pose eval-scoring eval-style library-dance train-dance train-style images constraints clean

help:  ## Show the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: venv weights three browser-pose  ## Compare a dancer with a take that has planted mistakes, and serve the report (DEMO=once: exit after the comparison).
	@$(BIN)/python -m eightcount_gateway.demo

venv: $(STAMPS)/venv  ## Install everything, with pinned versions, into .venv.

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

weights: venv $(EIGHTCOUNT_POSE_WEIGHTS)/.fetched $(EIGHTCOUNT_SYNC_WEIGHTS)/.fetched_beats  ## Fetch the weights of the pose and beat networks, verified by sha256, into the folders that the services read.

$(EIGHTCOUNT_POSE_WEIGHTS)/.fetched: services/pose/eightcount_pose/models.py services/common/eightcount_common/blazepose.py | venv
	@$(BIN)/python -m eightcount_pose.weights
	@touch $@

$(EIGHTCOUNT_SYNC_WEIGHTS)/.fetched_beats: services/sync/eightcount_sync/models.py | venv
	@$(BIN)/python -m eightcount_sync.weights
	@touch $@

three: venv $(EIGHTCOUNT_GATEWAY_THREE)/.fetched  ## Fetch three.js for the 3D stage, verified by sha256, into the folder that the gateway reads.

$(EIGHTCOUNT_GATEWAY_THREE)/.fetched: gateway/eightcount_gateway/fetch_three.py | venv
	@$(BIN)/python -m eightcount_gateway.fetch_three
	@touch $@

browser-pose: venv $(EIGHTCOUNT_GATEWAY_BROWSER_POSE)/.fetched  ## Fetch what browsers need to find poses themselves into the folder that the gateway reads.

$(EIGHTCOUNT_GATEWAY_BROWSER_POSE)/.fetched: $(wildcard gateway/eightcount_gateway/browser_pose/*.py) services/common/eightcount_common/blazepose.py | venv
	@$(BIN)/python -m eightcount_gateway.browser_pose
	@touch $@

test: test-tools node-tools weights three browser-pose chromium  ## Run all tests in WORKERS processes, one per core by default (ARGS are passed to pytest).
	@$(BIN)/python -m pytest --numprocesses $(or $(WORKERS),auto) --dist loadfile $(ARGS)

test-e2e: test-tools weights three browser-pose chromium  ## Run the tests of the pages in Chromium (ARGS are passed to pytest).
	@$(BIN)/python -m pytest --numprocesses $(or $(WORKERS),auto) --dist loadfile tests/e2e $(ARGS)

test-tools: venv $(STAMPS)/test-tools

$(STAMPS)/test-tools: tests/requirements.txt constraints.txt $(STAMPS)/venv
	@$(PIP_INSTALL) --requirement tests/requirements.txt
	@touch $@

$(STAMPS)/bench-tools: tests/benchmarks/requirements.txt $(STAMPS)/test-tools
	@$(PIP_INSTALL) --no-deps --requirement tests/benchmarks/requirements.txt
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

check: lint types rules buf-breaking  ## Run lint, types and rules, and report breaking changes of the protos.

lint: test-tools  ## Check style and format of the code, and the protos.
	@$(BIN)/ruff check $(CODE)
	@$(BIN)/ruff format --check $(CODE)
	@$(BIN)/buf lint proto

types: test-tools proto  ## Check types (mypy, strict).
	@MYPYPATH=$(subst $(SPACE),:,$(SOURCES)) $(BIN)/mypy $(wildcard services/*) gateway proto/generate.py

rules: test-tools proto  ## Check imports, names of functions, and prose.
	@$(BIN)/lint-imports
	@$(BIN)/python -m tests.architecture.function_names
	@$(BIN)/python -m tests.architecture.prose

buf-breaking: test-tools  ## Report changes of the protos since AGAINST (main, or the previous commit) that break clients; never fails.
	@rm -rf build/buf && mkdir -p build/buf
	@if git archive $(AGAINST) proto 2>/dev/null | tar --extract --directory build/buf 2>/dev/null; then \
		$(BIN)/buf breaking proto --against build/buf/proto && echo "the protos break no clients of $(AGAINST)" || \
		echo "the protos break clients of $(AGAINST); v1 is not frozen, so this only reports"; \
	else echo "buf breaking: there is no commit $(AGAINST) to compare the protos with"; fi

format: test-tools  ## Format the code, and fix what ruff can fix.
	@$(BIN)/ruff check --fix $(CODE)
	@$(BIN)/ruff format $(CODE)

bench-compare: test-tools weights  ## Measure time, processor time and memory of a comparison, next to MediaPipe.
	@$(BIN)/python -m tests.benchmarks.bench_compare --weights $(EIGHTCOUNT_POSE_WEIGHTS) $(ARGS)

bench-beats: $(STAMPS)/bench-tools weights  ## Measure beats, metre and counts on annotated and composed songs, next to peers.
	@PYTHONPATH=. $(BIN)/python -m tests.benchmarks.bench_beats $(ARGS)

bench-fair: test-tools weights  ## Measure short requests and jobs beside six comparisons of new videos of 60 s; ARGS=--quick for a first look.
	@PYTHONPATH=. $(BIN)/python -m tests.benchmarks.bench_fair $(ARGS)

bench-live: test-tools weights browser-pose chromium  ## Measure live sessions: delay, poses a second, memory, fairness, points; 15 minutes (ARGS="--rounds 1": 10).
	@PYTHONPATH=. $(BIN)/python -m tests.benchmarks.bench_live $(ARGS)

bench-sync: test-tools weights  ## Measure alignment and beats, next to peers; takes hours, or minutes with ARGS=--quick.
	@PYTHONPATH=. $(BIN)/python -m tests.benchmarks.bench_sync $(ARGS)

eval-compare: test-tools weights  ## Evaluate comparisons of real videos with known answers; needs EIGHTCOUNT_EVAL_MEDIA.
	@$(BIN)/python -m tests.benchmarks.eval_compare $(ARGS)

eval-pose: test-tools weights  ## Evaluate poses against calibrated cameras and annotated images; needs EIGHTCOUNT_EVAL_MEDIA.
	@$(BIN)/python -m tests.benchmarks.eval_pose --weights $(EIGHTCOUNT_POSE_WEIGHTS) $(ARGS)

eval-scoring: test-tools weights  ## Evaluate how well planted mistakes are found, next to plain angle differences.
	@$(BIN)/python -m tests.benchmarks.eval_scoring $(ARGS)

eval-causes: test-tools  ## Evaluate what reports state of takes with a known cause; uses EIGHTCOUNT_EVAL_MOTION if there.
	@PYTHONPATH=. $(BIN)/python -m tests.benchmarks.eval_causes $(ARGS)

eval-style: test-tools weights  ## Evaluate style models: leak-free splits, peers, unknown styles, five clips, speed; needs EIGHTCOUNT_EVAL_MOTION (and _MEDIA).
	@PYTHONPATH=. $(BIN)/python -m tests.benchmarks.eval_style --weights $(EIGHTCOUNT_POSE_WEIGHTS) $(ARGS)

eval-house: test-tools node-tools  ## Measure names, rooms, the HTTP contract, deletion and start-up time.
	@PYTHONPATH=. $(BIN)/python -m tests.benchmarks.eval_house $(ARGS)

test-repeat: test-tools node-tools weights three browser-pose chromium  ## Run all tests three times beside busy processes and once in random order; takes hours.
	@PYTHONPATH=. $(BIN)/python -m tests.benchmarks.repeat_tests $(ARGS)

eval-dance: test-tools  ## Evaluate dances to unseen songs: beats, feet, joints, variety, speed; needs EIGHTCOUNT_EVAL_MOTION and _MEDIA.
	@PYTHONPATH=. $(BIN)/python -m tests.benchmarks.eval_dance $(ARGS)

eval-input: test-tools weights  ## Evaluate files as people send them, by family, against their truths; on a running stack.
	@PYTHONPATH=. $(BIN)/python -m tests.benchmarks.eval_input $(ARGS)

eval-apart: test-tools weights  ## Evaluate what is reported of sound and image that are apart; needs EIGHTCOUNT_EVAL_MEDIA and EIGHTCOUNT_EVAL_MOTION.
	@PYTHONPATH=. $(BIN)/python -m tests.benchmarks.eval_apart $(ARGS)

eval-cases: test-tools weights  ## Evaluate the shared cases (EIGHTCOUNT_EVAL_CASES) against their stated values.
	@PYTHONPATH=. $(BIN)/python -m tests.benchmarks.eval_cases $(ARGS)

train-style: venv  ## Train the pretrained style models; needs EIGHTCOUNT_EVAL_MOTION.
	@$(BIN)/python -m eightcount_classifier.pretrained --motion $(EIGHTCOUNT_EVAL_MOTION) --runs build/runs --card docs/models $(ARGS)

train-dance: venv  ## Train the pretrained dance model of FAMILY (diffusion) with PROCESSES (2) processes; needs EIGHTCOUNT_EVAL_MOTION.
	@OMP_NUM_THREADS=1 $(BIN)/torchrun --standalone --nproc-per-node $(or $(PROCESSES),2) -m eightcount_generator.service.train_pretrained $(or $(FAMILY),diffusion) --motion $(EIGHTCOUNT_EVAL_MOTION) --runs build/runs/dances --out services/generator/eightcount_generator/pretrained $(ARGS)

library-dance: venv  ## Build the dance model `graph` from the recordings, for private stacks (in EIGHTCOUNT_DATA); needs EIGHTCOUNT_EVAL_MOTION.
	@$(BIN)/python -m eightcount_generator.service.train_pretrained graph --motion $(EIGHTCOUNT_EVAL_MOTION) --data "$${EIGHTCOUNT_DATA:-$$HOME/.local/share/eightcount}" $(ARGS)

images:  ## Build the image of every service (Docker with BuildKit).
	@deploy/build_images

constraints:  ## Pin the versions that a fresh environment gets today in constraints.txt.
	@$(PYTHON) -m venv --clear build/pinning
	@build/pinning/bin/pip install --quiet $(BUILD_TOOLS)
	@PATH=$(CURDIR)/build/pinning/bin:$$PATH build/pinning/bin/pip install --quiet --no-build-isolation \
		$(EDITABLE) --requirement tests/requirements.txt
	@build/pinning/bin/pip install --quiet --no-deps --requirement tests/benchmarks/requirements.txt
	@build/pinning/bin/pip freeze --exclude-editable > constraints.txt
	@rm -rf build/pinning

clean:  ## Remove the environment, generated code, the demo's files and caches.
	rm -rf $(VENV) build proto/gen .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find $(CODE) -name __pycache__ -type d -prune -exec rm -rf {} +
