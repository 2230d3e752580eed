#!/bin/sh
# The whole suite on SQLite, then the desk and its pages on a real PostgreSQL. Both run to their end; either fails it.
# test.sh [MARKS]   MARKS as pytest's -m takes them; default: all but the long ones
set -u
cd "$(dirname "$0")/.."
marks=${1-not long} failed=""
part() {  # $1: its name; $2: the database; then pytest's arguments
    name=$1 database=$2 began=$(date +%s)
    shift 2
    printf 'test: %s\n' "$name"
    JIUGONG_TEST_DATABASE=$database .venv/bin/python -m pytest -q -n 2 -m "$marks" "$@" || failed="$failed
test: FAILED: $name"
    printf 'test: %s took %s s\n' "$name" "$(($(date +%s) - began))"
}
part "everything, on SQLite" sqlite
part "the desk and its pages, on PostgreSQL" postgresql \
    tests/jiugong_desk tests/structure/test_access_matrix.py tests/browser
if [ -n "$failed" ]; then
    printf '%s\n' "${failed#?}"
    exit 1
fi
echo "test: all passed"
