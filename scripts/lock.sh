#!/bin/sh
# Compile the locked requirement files: hashes, and no registry address.
set -eu
cd "$(dirname "$0")/.."
UV="${UV:-.boot/bin/uv}"
compile() { "$UV" pip compile -q --universal --generate-hashes --no-annotate --no-header \
  --no-emit-index-url --no-emit-find-links "$@"; }
compile pyproject.toml --extra desk --group build -o requirements/run.txt
compile pyproject.toml --extra desk --group dev -c requirements/run.txt -o requirements/dev.txt
compile --group assets -o requirements/assets.txt
