#!/bin/sh
# The whole suite on SQLite, then the desk and its pages on a real PostgreSQL. Both run to their end; either fails it.
# test.sh [MARKS]   MARKS as pytest's -m takes them; default: all but the long ones
set -u
cd "$(dirname "$0")/.."
marks=${1-not long} failed=0
part() {
    printf 'test: %s\n' "$1"
    shift
    "$@" || failed=1
}
part "everything, on SQLite" \
    .venv/bin/python -m pytest -q -n 2 -m "$marks"
part "the desk and its pages, on PostgreSQL" \
    env JIUGONG_TEST_DATABASE=postgresql .venv/bin/python -m pytest -q -n 2 -m "$marks" \
    tests/jiugong_desk tests/structure/test_access_matrix.py tests/browser
[ "$failed" = 0 ] && echo "test: all passed" || echo "test: FAILED, see above"
exit "$failed"
