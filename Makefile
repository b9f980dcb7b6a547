# Every verb works from a bare clone with Python 3.11+ and make.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/ready
# One more than cores of a small machine: tests wait for servers a third of their time.
JOBS   ?= 3
CASES  ?= tests/acceptance/cases.json

# A server is a process that reads 500 modules: tests start a hundred of them, and none
# shall compile them again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup demo test explore check bench proto serve acceptance chaos lock clean

help: ## show the verbs
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

setup: $(READY) ## make the environment

$(READY): requirements.lock pyproject.toml clients/python/pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Shipfrom needs Python 3.11 or newer; try make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e clients/python -e .
	$(BIN)/python -c "import allocation.solve, allocation.solvers.batch; from allocation.solvers.optimise import warm; warm()"
	touch $@

demo: $(READY) ## route 10,000 real baskets and print the result
	$(BIN)/python -m benchmarks.demo --json build/demo.json

test: $(READY) ## run the tests
	$(BIN)/python -m pytest -q -n $(JOBS) --dist loadgroup

explore: $(READY) ## run the tests of properties on examples drawn anew
	$(BIN)/python -m pytest -q -n $(JOBS) --dist loadgroup -m hypothesis --hypothesis-profile=others

check: $(READY) ## lint, types, house rules, generated code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_tidy.py
	$(BIN)/python proto/generate.py --check

proto: $(READY) ## regenerate the code of the wire
	$(BIN)/python proto/generate.py

serve: $(READY) ## start a server with demo data
	$(BIN)/shipfrom dev

bench: $(READY) ## run every benchmark beside its baseline
	mkdir -p build
	$(BIN)/python -m benchmarks.kernel --json build/kernel.json
	$(BIN)/python -m benchmarks.long --json build/long.json
	$(BIN)/python -m benchmarks.stock --json build/stock.json
	$(BIN)/python -m benchmarks.rpc --json build/rpc.json
	$(BIN)/python -m benchmarks.quote_parts --json build/quote_parts.json
	$(BIN)/python -m benchmarks.rules --json build/rules.json --quick
	$(BIN)/python -m benchmarks.simulate --json build/simulate.json
	$(BIN)/python -m benchmarks.feeds --json build/feeds.json
	$(BIN)/python -m benchmarks.reroute --json build/reroute.json
	$(BIN)/python -m benchmarks.orders_stored --json build/orders_stored.json
	$(BIN)/python -m benchmarks.experiments a --seeds 0-1 --json build/experiments_a.json
	$(BIN)/python -m benchmarks.experiments b --seeds 1 --json build/experiments_b.json

acceptance: $(READY) ## replay a file of acceptance cases: CASES=path
	$(BIN)/python -m tests.acceptance $(CASES)

chaos: $(READY) ## kill routers and Redis under load, then audit
	mkdir -p build
	$(BIN)/python -m tests.chaos --kills 20 --json build/chaos.json

lock: $(READY) ## resolve the dependencies anew
	$(BIN)/uv pip compile pyproject.toml clients/python/pyproject.toml --extra cli --extra fast --group dev \
	  --python-version 3.11 --universal --generate-hashes --no-header --no-annotate \
	  --no-emit-package shipfrom -q -o requirements.lock

clean: ## remove what the verbs made
	rm -rf $(VENV) build .shipfrom .pytest_cache .mypy_cache .ruff_cache
