# Two commands matter: `make run` and `make test`. Everything is prepared by bootstrap.py, on a bare machine too.
PYTHON ?= python3

.DEFAULT_GOAL := help
.PHONY: help run test lint bench crash storm long check-data venv locks clean

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

run:  ## the whole service on this machine, with demonstration data when it is new (PORT=8000, data in ./var; ARGS=--new: the old put aside)
	@$(PYTHON) bootstrap.py serve $(ARGS)

test:  ## all tests on SQLite and PostgreSQL, with Valkey and a browser (REQUIRE_ALL=1: nothing may be left out)
	@$(PYTHON) bootstrap.py test $(ARGS)

lint:  ## ruff, mypy, the import contracts and the templates
	@$(PYTHON) bootstrap.py lint

bench:  ## what the service costs, as ratios to the bare parts
	@$(PYTHON) bootstrap.py bench $(ARGS)

crash:  ## kills web, worker and Valkey at random and counts what was lost
	@$(PYTHON) bootstrap.py crash $(ARGS)

storm:  ## two hundred firms press Submit in the last five seconds before a deadline, and some after it
	@$(PYTHON) bootstrap.py storm $(ARGS)

long:  ## every page that a link leads to, in a browser with axe, in nine roles: what takes too long for `make test`
	@$(PYTHON) bootstrap.py long $(ARGS)

check-data:  ## the open data under the standards' own checkers and other people's programs (ARGS="node …": leave some out)
	@$(PYTHON) bootstrap.py check-data $(ARGS)

venv:  ## only the environment and the dress of the pages
	@$(PYTHON) bootstrap.py venv

locks:  ## compile the locks again from what requirements*.in and package.json ask for
	@$(PYTHON) bootstrap.py locks

clean:  ## remove what was made, but not ./var, which holds data
	rm -rf .venv .venv-check node_modules checks/node_modules static/build .bootstrap.lock .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
