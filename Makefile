# README's two commands are `make demo` and `make test`; each sets up what it needs.
PY := .venv/bin/python
DEMO_DIR ?= var/demo

.PHONY: demo serve test test-long check fix bench lock clean

demo:            ## a fictional bank, its campaign from plan to report, then the site
	@scripts/setup.sh run
	@.venv/bin/jiugong demo --dir $(DEMO_DIR)

serve:           ## the site of an earlier demo, or of JIUGONG_HOME
	@scripts/setup.sh run
	@.venv/bin/jiugong serve --dir $(DEMO_DIR)

test:            ## everything, on SQLite, PostgreSQL and Chromium
	@scripts/setup.sh test
	@scripts/test.sh

test-long:       ## the long campaigns of the same tests
	@scripts/setup.sh test
	@scripts/test.sh ""

check:           ## format, lint, types, imports, migrations
	@scripts/setup.sh dev
	@scripts/check.sh

fix:             ## format and mend what can be mended by machine
	@scripts/setup.sh dev
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format --quiet .

bench:           ## timings, kept in benchmarks/results/
	@scripts/setup.sh dev
	@$(PY) -m benchmarks

lock:            ## compile the locked requirement files anew
	@scripts/lock.sh

clean:           ## what the set-up made
	rm -rf .venv .boot .setup node_modules var
