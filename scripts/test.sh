#!/bin/sh
# The whole suite on SQLite, then the desk and its pages on a real PostgreSQL, then the engines on a real Spark cluster.
# All run to their end; any fails it. The pages in Chromium run on PostgreSQL only, unless everything is asked for.
# test.sh [MARKS]   MARKS as pytest's -m takes them; default: all but the long ones
set -u
cd "$(dirname "$0")/.."
marks=${1-not long} failed=""
part() {  # $1: its name; $2: the database; $3: processes; $4: marks beside those asked for; then pytest's arguments
    name=$1 database=$2 processes=$3 began=$(date +%s) chosen="$4${marks:+ and ($marks)}"
    shift 4
    printf 'test: %s\n' "$name"
    JIUGONG_TEST_DATABASE=$database .venv/bin/python -m pytest -q -n "$processes" -m "$chosen" "$@" || failed="$failed
test: FAILED: $name"
    printf 'test: %s took %s s\n' "$name" "$(($(date +%s) - began))"
}
part "everything, on SQLite" sqlite 2 "not spark${1-" and not browser"}"
part "the desk and its pages, on PostgreSQL" postgresql 2 "not spark" \
    tests/jiugong_desk tests/structure/test_access_matrix.py tests/browser
part "the engines, on a Spark cluster" sqlite 0 spark
if [ -n "$failed" ]; then
    printf '%s\n' "${failed#?}"
    exit 1
fi
echo "test: all passed"
