# Everything a developer or an evaluator runs, on a machine with Python 3.11 or newer and make.
# Each target makes the environment .venv by itself; nothing is installed outside it.

PYTHON ?= python3
DEMO_DIR ?= demo
# Tests run in two processes; PYTEST_ARGS="-k name" chooses, PYTEST_ARGS="-n 0" is for a debugger.
PYTEST_ARGS ?=
# make bench BENCHES="bench.poll bench.start" measures these alone.
BENCHES ?= bench bench.poll bench.replay bench.start bench.growth bench.known bench.desk bench.workers bench.scans
# make bench-scans BENCH_SCANS="--samples 10 --everything" measures more; --help tells the rest.
BENCH_SCANS ?=
# make bench-certainty BENCH_CERTAINTY="--samples 4 --folder seen" measures more, and looks at nothing twice.
BENCH_CERTAINTY ?=
# make bench-inks BENCH_INKS="--percent 10 --verbose" measures a tenth, and tells what fell short; --help the rest.
BENCH_INKS ?=
# make same BASE=REV SAME="--look auto" compares with that revision, and looks at the sample's scans too.
BASE ?= HEAD
SAME ?=
# make lock LOCK_ARGS=--upgrade takes newer versions; without it the locked ones stay where they still fit.
LOCK_ARGS ?=

# make pictures CHROMIUM="chromium --no-sandbox" where one is root.
CHROMIUM ?= chromium

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
LOCK := pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" $(LOCK_ARGS)

.DEFAULT_GOAL := help
.PHONY: help demo test test-long test-workers check same docs pictures pictures-all fuzz torture bench bench-scans \
	bench-inks bench-certainty lock clean

help: ## Show what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

demo: $(INSTALLED) ## Run the main job on a sample mailbox; results in demo/ (or DEMO_DIR=...)
	$(BIN)/shouwen demo $(DEMO_DIR)

test: $(INSTALLED) ## Run all tests (needs no root, Docker or service)
	$(BIN)/python -m pytest -n 2 $(PYTEST_ARGS)

test-long: $(INSTALLED) ## Run the tests that wait a minute or more each, which make test leaves out
	$(BIN)/python -m pytest -n 2 -m long $(PYTEST_ARGS)

test-workers: $(INSTALLED) ## Run the journeys once more where workers read and look, on Postgres (half an hour)
	$(BIN)/python -m pytest -n 2 --engine procrastinate tests/acceptance tests/integration $(PYTEST_ARGS)

check: $(INSTALLED) ## Look for faults without running: ruff, mypy, import contracts, branches of a function (20)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@! $(BIN)/radon cc -s -n D intake parsers store bench | grep . || { echo "These functions have more than 20 branches."; exit 1; }

same: $(INSTALLED) ## Show that a change left ledger, letters and readings as they were at BASE (HEAD)
	$(BIN)/python -m tests.same $(BASE) $(SAME)

docs: $(INSTALLED) ## Write anew what the docs show: the life of a nomination, the letters; look at the difference
	SHOUWEN_GOLDEN=write $(BIN)/python -m pytest -q -n 0 tests/unit/domain/model/test_lifecycle_map.py tests/unit/mail/test_letters.py

pictures: demo ## Draw anew the pictures of README, from docs/letters and the demo (needs chromium, fonts-wqy-microhei)
	@mkdir -p docs/pictures
	for name in deficiency digest; do \
		$(CHROMIUM) --headless --disable-gpu --hide-scrollbars --window-size=760,840 \
			--screenshot=docs/pictures/$$name.png "file://$(CURDIR)/docs/letters/$$name.html"; done
	$(BIN)/python -m tests.desk_picture $(DEMO_DIR) docs/pictures/desk.png $(CHROMIUM)

pictures-all: demo ## Draw every page and letter at 360, 800, 1280 px, light and dark, into build/pictures, to be looked at
	$(BIN)/python -m tests.page_pictures $(DEMO_DIR) build/pictures $(firstword $(CHROMIUM))

fuzz: $(INSTALLED) ## Read changed files for FUZZ_SECONDS (300); failures in fuzz-crashes/ (or FUZZ_CRASHES=...)
	$(BIN)/python -m tests.fuzz

torture: $(INSTALLED) ## Kill and starve the service for TORTURE_MINUTES (60); 1 where anything was lost, doubled or wrong
	$(BIN)/python -m tests.torture

bench: $(INSTALLED) ## Measure every row of docs/performance.md, an hour or more; BENCHES=bench: messages per second
	@failed=0; for one in $(BENCHES); do echo "== python -m $$one"; $(BIN)/python -m $$one || failed=1; done; \
		exit $$failed

bench-scans: $(INSTALLED) ## Measure looking at scans: cost and accuracy, beside OCRmyPDF with Tesseract
	$(BIN)/python -m bench.scans.__main__ $(BENCH_SCANS)

bench-inks: $(INSTALLED) ## Hold seals in ink, close up and electronic, and pages without one, against what is said of them
	$(BIN)/python -m bench.scans.inks $(BENCH_INKS)

bench-certainty: $(INSTALLED) ## Measure what each threshold of judgement trades: wrong notices, missed, sent to a person
	$(BIN)/python -m bench.certainty.__main__ $(BENCH_CERTAINTY)

lock: | $(BIN)/python ## Write requirements.lock, requirements-ocr.lock and requirements-dev.lock anew from pyproject.toml
	@command -v uv >/dev/null || $(BIN)/python -m pip install --quiet uv
	PATH="$$PATH:$(CURDIR)/$(BIN)" uv $(LOCK) --output-file requirements.lock
	PATH="$$PATH:$(CURDIR)/$(BIN)" uv $(LOCK) --extra ocr --output-file requirements-ocr.lock
	PATH="$$PATH:$(CURDIR)/$(BIN)" uv $(LOCK) --all-extras --output-file requirements-dev.lock

clean: ## Remove the environment, the demo's results and all caches
	rm -rf $(VENV) demo build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The lock file has a hash for every package, so pip refuses whatever differs from what was tested.
$(INSTALLED): requirements-dev.lock pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is not here. Install Python 3.11 or newer, or name it: make PYTHON=/path/to/python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Shouwen needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1). Name another one: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "$(PYTHON) cannot make environments. Install its venv module (Debian: the package python3-venv)."; exit 1; }
	$(PYTHON) -m venv $(VENV)
