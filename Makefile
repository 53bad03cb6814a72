# The commands of the project. A fresh machine needs make and Python >= 3.11; everything else is set up here.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# Python keeps what it has compiled, wherever it is told not to: each of the processes that tests start would compile all of it.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help run install dev browser programs test test-quick fuzz attack bench cases soak feeds cluster chaos bench-cluster lint lock clean

help: ## List the commands
	@grep -E '^[a-z][a-z-]*:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

run: install ## Serve the map at http://localhost:8501
	@exec $(BIN)/wirelane-geo run

install: $(VENV)/installed ## The virtual environment with the package and its command

dev: $(VENV)/installed-dev

$(VENV)/created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python >= 3.11 is needed, $(PYTHON) is $$($(PYTHON) --version 2>&1). Name another one: make PYTHON=python3.12 run"; exit 1; }
	@echo "Creating the virtual environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@touch $@

$(VENV)/installed: $(VENV)/created requirements.txt pyproject.toml
	@echo "Installing the packages (about a minute the first time) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --progress-bar=on -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements-dev.txt
	@echo "Installing what tests and checks need ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

browser: dev
	@tools/install-test-programs.sh $(BIN) chromium

programs: dev
	@tools/install-test-programs.sh $(BIN)

# A browser that draws in software beside other tests can lose a race that no user's machine would: what failed is asked once
# more by itself, and is printed both times. What fails again, fails.
test: dev programs ## Run the tests, the JavaScript's too where Node is
	@tools/install-javascript.sh
	$(BIN)/python -m pytest -n auto $(ARGS) || { echo "Once more, by themselves, those that failed:"; \
	$(BIN)/python -m pytest --last-failed --last-failed-no-failures=none $(ARGS); }

# Their hundreds of databases wait for no disk, where there is a file system in memory with a gigabyte to spare.
test-quick: dev ## The tests that take no time, within a minute
	@free=$$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $$4 }'); [ "$${free:-0}" -lt 1000000 ] || export TMPDIR=/dev/shm; \
	$(BIN)/python -m pytest -n auto -m "not browser and not slow" --hypothesis-profile=quick -o tmp_path_retention_policy=failed $(ARGS)

fuzz: dev ## Look for what the service can't stand, and what the client can't, ten minutes each
	$(BIN)/python -m tests.server.fuzz $(ARGS)
	$(BIN)/python -m tests.server.fuzz --dialect 2026 $(ARGS)
	$(BIN)/python -m tests.api.fuzz --seconds 600

$(VENV)/installed-bench: $(VENV)/installed-dev benchmarks/requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	@touch $@

bench: browser $(VENV)/installed-bench ## Print our figures beside the peers'
	@tools/install-test-programs.sh $(BIN) wrk nginx
	$(BIN)/python benchmarks/run.py $(ARGS)

attack: dev ## Attack a server of this machine, and print how it bears that
	$(BIN)/python -m benchmarks.attack $(ARGS)

cases: dev ## Import the small files of ../shared/cases: what is right, and what came
	$(BIN)/python -m benchmarks.cases $(ARGS)

soak: dev browser ## A wall over a replay with everything going wrong, for MINUTES (60)
	$(BIN)/python -m benchmarks.soak --minutes $(or $(MINUTES),60) $(ARGS)

feeds: dev ## Four feeds at sixty times real time with everything going wrong, for MINUTES (10)
	$(BIN)/python -m benchmarks.feeds --minutes $(or $(MINUTES),10) $(ARGS)

cluster: dev ## Serve the map from three replicas, PostgreSQL with a standby, and HAProxy, on this machine
	@exec $(BIN)/python -m benchmarks.cluster

chaos: dev ## What the cluster bears: one fault after the other, and what came of each
	@tools/install-test-programs.sh $(BIN) postgresql haproxy faketime
	$(BIN)/python -m benchmarks.cluster.chaos

bench-cluster: dev ## What a second replica or worker brings, and how soon a change is seen at another one
	@tools/install-test-programs.sh $(BIN) postgresql haproxy wrk
	$(BIN)/python -m benchmarks.cluster.bench $(ARGS)

lint: dev ## ruff and mypy --strict; biome and tsc where Node is
	$(BIN)/ruff check .
	$(BIN)/mypy
	@tools/lint-javascript.sh

lock: dev ## Write the pins anew, after pyproject.toml changed
	$(BIN)/python tools/lock.py

clean: ## Remove what the commands made
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info node_modules
