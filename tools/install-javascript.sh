#!/usr/bin/env bash
# install-javascript.sh: what checks the JavaScript, from package-lock.json into node_modules. Where Node or npm is missing this
# says so and goes on; with CI=true it fails. Nothing else needs them.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    echo "The JavaScript isn't checked: that needs Node 20 or newer and npm (https://nodejs.org; Debian, Ubuntu: apt install npm)." >&2
    [ "${CI:-}" != true ]
    exit
fi
if ! [ node_modules/.package-lock.json -nt package-lock.json ]; then
    echo "Installing what checks the JavaScript ..."
    npm ci --no-audit --no-fund --loglevel=error >&2
    touch node_modules/.package-lock.json
fi
