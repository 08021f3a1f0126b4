# The two commands: `make run` starts the assistant, `make test` checks everything.
# Both set up what they need first; a second run starts at once.

PYTHON ?= python3
BIN := .venv/bin
SETUP := .venv/.installed .venv/.weights

.PHONY: run test lint format package smoke clean

run: $(SETUP)
	@$(BIN)/python -m app

test: $(SETUP) lint
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest

lint: .venv/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: .venv/.installed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The installed app for Linux, in dist/: a .deb and a tarball. Takes some minutes and 5 GB.
package: $(SETUP)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --group package
	$(BIN)/python packaging/build.py

# Tries the .deb as a person would meet it; `make smoke PREVIOUS=older.deb` upgrades from that one.
smoke:
	$(BIN)/python packaging/smoke.py $(if $(PREVIOUS),--previous $(PREVIOUS)) $(wildcard dist/mneme_*.deb)

# Constraints pin every package; the build of llama-cpp-python takes some minutes the first time.
.venv/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt "pip>=25.1"
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable . --group dev
	@touch $@

.venv/.weights: .venv/.installed app/runtime/weights.py
	$(BIN)/mneme setup
	@touch $@

clean:
	rm -rf .venv build dist
