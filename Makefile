# Every target works from a fresh clone; each does `setup` first. No absolute path stands here, so spaces in the path do no harm.
PYTHON ?= python3
PY := .venv/bin/python

.PHONY: setup demo test bench lint lock

setup:           ## install into .venv, nothing else
	@PYTHON="$(PYTHON)" sh ops/setup.sh

demo: setup      ## an invented company on this machine
	@$(PY) -m ops.cli demo

lint: setup      ## style, types and contracts
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@.venv/bin/lint-imports

test: lint       ## everything that must hold, a quarter to half an hour on two cores
	@$(PY) -m ops.run_tests

bench: setup     ## the table of docs/performance.md
	@$(PY) -m tests.bench

lock:            ## resolve requirements*.in anew (needs uv)
	uv pip compile requirements.in -q --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' -o requirements.lock
	uv pip compile requirements-dev.in -q -c requirements.lock --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' -o requirements-dev.lock
