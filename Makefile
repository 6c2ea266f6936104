PYTHON ?= python3

.DEFAULT_GOAL := help
.PHONY: help setup demo test check coverage bench soak rehearse lock clean

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## make .venv with everything in the lock
	@$(PYTHON) dev.py setup

demo: ## run an incident in the browser, with nothing to configure
	@$(PYTHON) dev.py demo

test: ## run all tests
	@$(PYTHON) dev.py test

check: ## format, lint, types, layers, documentation
	@$(PYTHON) dev.py check

coverage: ## every branch of incidents/ must be tested
	@$(PYTHON) dev.py coverage

bench: ## run the benchmarks, or one of them: make bench ONLY=name
	@$(PYTHON) dev.py bench $(ONLY)

soak: ## prove for long that nothing is lost: make soak ONLY=simulation, replicas, crash, fuzz or rules
	@$(PYTHON) dev.py soak $(ONLY)

rehearse: ## play a written incident: make rehearse FILE=path
	@$(PYTHON) dev.py run rehearse $(FILE)

lock: ## make the lock files anew
	@$(PYTHON) dev.py lock

clean: ## remove .venv, caches and build products
	@$(PYTHON) dev.py clean
