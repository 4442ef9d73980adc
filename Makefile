# Two commands matter: `make demo` runs the whole product, `make test` passes the tests. Both do all set-up.
.DEFAULT_GOAL := help
PY := .venv/bin/python
ONCE ?=

.PHONY: help setup demo test test-clients check faults bench model lock clean

help:
	@echo 'make demo [ONCE=1]   eight courts, one gateway, the whole story; then serves until Ctrl-C'
	@echo 'make test            the tests'
	@echo 'make test-clients    public GraphQL clients, an identity provider, the GraphQL over HTTP audit, docs/frontend.md (needs npm)'
	@echo 'make check           the tests, lint, types, import contracts'
	@echo 'make faults          kills processes in the middle of the story; searches the gateway for names'
	@echo 'make model           every order of acts, messages and faults of one task, within bounds; each rule made wrong is caught'
	@echo 'make bench           benchmarks, as ratios of alternated runs'

# The environment is rebuilt when the lock changed, when the checkout moved, or when an install was cut short.
setup:
	@lock=$$(cksum < requirements.lock)$$(cksum < pyproject.toml)$$PWD; \
	if [ "$$(cat .venv/.ready 2>/dev/null)" != "$$lock" ] || ! $(PY) -c '' 2>/dev/null; then \
	  py=; for p in python3 python3.11 python3.12 python3.13 python3.14; do \
	    if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then py=$$p; break; fi; done; \
	  [ -n "$$py" ] || { echo 'Python 3.11 or newer is needed, and none was found on PATH.' >&2; exit 1; }; \
	  $$py -c 'import venv, ensurepip' 2>/dev/null || { echo 'The venv module is missing: install it (Debian, Ubuntu: apt install python3-venv).' >&2; exit 1; }; \
	  echo 'Setting up .venv (once; about half a minute) ...' >&2; \
	  rm -rf .venv && $$py -m venv .venv && \
	  $(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock && \
	  $(PY) -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . && \
	  printf '%s' "$$lock" > .venv/.ready; \
	fi

demo: setup
	@$(PY) -m api demo $(if $(ONCE),--once)

test: setup
	@$(PY) -m pytest -q -m 'not faults' -n 2 --dist worksteal --ignore=tests/courts
	@$(PY) -m pytest -q tests/courts

test-clients: setup
	@$(PY) -m tests.clients.run

check: test
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@.venv/bin/lint-imports

faults: setup
	@$(PY) -m pytest -q -m faults

bench: setup
	@$(PY) -m bench

model: setup
	@$(PY) -m tests.model

# Maintainers only: needs uv. Hashes for every platform, no address of any registry.
lock:
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-annotate --no-header -o requirements.lock

clean:
	rm -rf .venv
