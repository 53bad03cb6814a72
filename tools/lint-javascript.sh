#!/usr/bin/env bash
# lint-javascript.sh: biome and tsc over the JavaScript, where Node is.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/install-javascript.sh
command -v npm >/dev/null || exit 0
node_modules/.bin/biome lint --error-on-warnings
node_modules/.bin/tsc --project .
