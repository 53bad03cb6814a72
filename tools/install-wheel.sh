#!/usr/bin/env bash
# Builds the wheel of this checkout and installs it, with the pinned packages, into a virtual environment:
#   tools/install-wheel.sh ENVIRONMENT [options for `pip wheel`]
# ENVIRONMENT is made where it isn't there. The Dockerfile and tests/test_wheel.py both go this way.
set -euo pipefail
environment=$1
shift
root=$(cd "$(dirname "$0")/.." && pwd)
wheels=$(mktemp -d)
trap 'rm -rf "$wheels"' EXIT

[ -x "$environment/bin/python" ] || "${PYTHON:-python3}" -m venv "$environment"
pip=("$environment/bin/python" -m pip --quiet --disable-pip-version-check)
"${pip[@]}" install -r "$root/requirements.txt"
"${pip[@]}" wheel --no-deps --wheel-dir "$wheels" "$@" "$root"
"${pip[@]}" install --no-deps --force-reinstall "$wheels"/wirelane_geo-*.whl
