# Two commands do everything: make book, make test. make help lists the rest.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PORT ?= 8000
RENDERED := tests/rendered
export PATH := $(abspath $(BIN)):$(PATH)
# One thread a process: chapters and tests run side by side instead.
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1
# Who asks for more: threads that wait sleep, or two processes would starve each other.
export OMP_WAIT_POLICY ?= passive

.PHONY: help setup book execute serve test unit site-test nbval reference lint coverage bench mutation browser clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(READY) ## create the environment and install what requirements.txt pins

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name it with: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt || \
	  { echo "The installation did not finish; the reason stands above. Run the same command again to go on."; exit 1; }
	@touch $@

book: $(READY) ## run every page and build the site into _build/html
	$(BIN)/jupyter-book build . -W -n
	@echo "The book is built. Open $(abspath _build/html/index.html), or run: make serve"

execute: $(READY) ## execute the pages and build nothing (SHARE=2/4 for the second of four parts, on a machine of its own)
	$(BIN)/jupyter-book build . --builder custom --custom-builder execute

serve: book ## build, then serve the site on http://localhost:8000
	$(BIN)/python -m http.server $(PORT) --bind 127.0.0.1 --directory _build/html

pdf: book browser ## the whole book as one PDF, in _build/pdf
	PYTHONPATH=tests $(BIN)/python book/pdf.py

test: lint unit book site-test nbval coverage ## every check: lint, unit tests, build, site, rendered outputs, coverage

lint: $(READY) ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

unit: $(READY) ## fast tests of the package, the ledger and the tools, with shapes and types enforced
	$(BIN)/pytest -n 2 -q -m "not site and not slow" --ignore=$(RENDERED)

site-test: book browser ## open every page of the built site in a real browser
	$(BIN)/pytest -q -m site tests/book

nbval: $(READY) ## execute every page again and compare with its rendered reference
	$(BIN)/pytest -q --nbval --nbval-sanitize-with $(RENDERED)/sanitize.cfg -n 2 --dist loadfile $(RENDERED)

slow: book ## tests that take minutes: a downloaded notebook in a fresh environment, extreme input to every function
	$(BIN)/pytest -n 2 -q -m slow tests

portability: $(READY) ## every page with other processor kernels, threads and versions of libraries (hours)
	$(BIN)/python tests/portability.py
	$(BIN)/python tests/portability.py --versions

reference: $(READY) ## rewrite the rendered references from a fresh execution; review the diff
	$(BIN)/python tests/reference.py

coverage: $(READY) ## what the book states, implements, verifies and tests, a line a chapter
	$(BIN)/python book/_ext/ledger.py

bench: $(READY) ## time the functions against what libraries offer, side by side, and write benchmarks/peers.md
	$(BIN)/python benchmarks/peers.py

mutation: $(READY) ## plant mistakes in the formulas and see the tests notice (an hour; CHAPTER=kernels for one, ONE_IN=6 for a sample, PART=1 for another)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-mutation.txt
	$(BIN)/python benchmarks/mutation.py $(CHAPTER) $(if $(ONE_IN),--one-in $(ONE_IN)) $(if $(PART),--part $(PART))

browser: $(READY)
	@$(BIN)/python tests/browser.py

clean: ## remove what was built, keep the environment
	rm -rf _build book/api .pytest_cache .ruff_cache .mypy_cache
