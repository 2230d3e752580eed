#!/bin/sh
# Format, lint, types, imports, migrations. Says each name, stops at the first that fails.
set -eu
cd "$(dirname "$0")/.."
# Throw-away keys: the checks import the settings and open no database.
export JIUGONG_SECRET_KEY=checks JIUGONG_DIGEST_KEY=checks JIUGONG_DATABASE=sqlite:///:memory:
export JIUGONG_FIELD_KEYS=MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA=
step() { printf 'check: %s\n' "$1"; shift; "$@"; }
step format     .venv/bin/ruff format --check --quiet .
step lint       .venv/bin/ruff check --quiet .
step types      .venv/bin/mypy
step imports    .venv/bin/lint-imports
step migrations .venv/bin/python -m jiugong_desk.config.manage makemigrations --check --dry-run
step settings   .venv/bin/python -m jiugong_desk.config.manage check --fail-level WARNING
