# The two commands: `make run` opens the quiz, `make test` proves it. Both set up what they need in .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Textual reads its variables as pytest's plugin imports it, before any conftest can clear them.
PYTEST := env $(addprefix -u,$(filter TEXTUAL_%,$(.VARIABLES))) $(BIN)/python -m pytest
READY := $(VENV)/.ready
export OMP_NUM_THREADS ?= 1
export TOKENIZERS_PARALLELISM ?= false

.PHONY: run setup test lint types contracts unit test-long test-gpu bench mutants docs manifest models snapshots lock clean

run: setup
	@$(BIN)/quizapp

setup: $(READY)

$(READY): pyproject.toml constraints.txt
	@echo 'Setting up $(VENV): PyTorch and the rest are installed, which takes a minute or more, once.'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $(READY)

test: lint types contracts unit

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

contracts: setup
	$(BIN)/lint-imports

# Two files at a time: the tests of one file share a lab or a model.
unit: setup
	$(PYTEST) -n 2 --dist loadfile

# What takes longer, then every property on many examples that are drawn anew.
test-long: setup
	$(PYTEST) -m long --timeout 3000
	HYPOTHESIS_PROFILE=search $(PYTEST) -m hypothesis --timeout 3000

# What needs a CUDA device: where there is none they are skipped, and say so.
test-gpu: setup
	$(PYTEST) -m gpu

# Times the lab beside a warm interpreter, a fresh one and a Jupyter kernel, in one run.
bench: setup
	$(BIN)/python -m bench

# Changes the shipped snippets, then the libraries, in one respect at a time; prints what was not noticed.
mutants: setup
	$(BIN)/python -m tests.decks.judging
	$(BIN)/python -m tests.decks.faults

# Writes the README's tables from the code, and its picture from a real run.
docs: setup
	$(BIN)/python -m tests.house.readme
	$(BIN)/python -m tests.program.picture docs/study.svg

# Lists the code of the shipped decks as the project's own; to be run when one of their snippets was changed.
manifest: setup
	$(BIN)/python -m tests.house.manifest

# Trains the two models that ship, from nothing, on texts that training/fetch.sh fetches (as root, on Debian).
models: setup
	[ -e build/corpus/bible.imp ] || training/fetch.sh
	$(BIN)/python -m training all

snapshots: setup
	$(PYTEST) tests/tui --snapshot-update

# Writes the versions now installed in .venv; review the difference before committing it.
lock: setup
	$(BIN)/python -m pip freeze --exclude-editable | sed 's/+cpu$$//' > constraints.txt

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
