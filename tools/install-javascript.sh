#!/usr/bin/env bash
# install-javascript.sh: what checks the JavaScript, from package-lock.json into node_modules. Where Node or npm is missing this
# says so and goes on; with CI=true it installs Debian's or Ubuntu's as root, else fails. Nothing else needs them.
set -euo pipefail
cd "$(dirname "$0")/.."
have_npm() { command -v node >/dev/null && command -v npm >/dev/null; }
if [ "${CI:-}" = true ] && ! have_npm && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Node and npm ..."
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null
fi
if ! have_npm; then
    echo "The JavaScript isn't checked: that needs Node 18 or newer and npm (https://nodejs.org; Debian, Ubuntu: apt install npm)." >&2
    [ "${CI:-}" != true ]
    exit
fi
if ! [ node_modules/.package-lock.json -nt package-lock.json ]; then
    echo "Installing what checks the JavaScript ..."
    npm ci --no-audit --no-fund --loglevel=error >&2
    touch node_modules/.package-lock.json
fi
