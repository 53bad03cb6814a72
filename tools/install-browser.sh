#!/usr/bin/env bash
# Makes sure there is a Chromium for the browser tests: the one that is here, else Debian's, else Playwright's own build.
# Where none can be had the tests that need it say so and are skipped.
set -u
bin=$1
for browser in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
  [ -n "$browser" ] && command -v "$browser" >/dev/null && exit 0
done
"$bin/python" - <<'PY' && exit 0
import sys
from pathlib import Path
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    sys.exit(not Path(playwright.chromium.executable_path).exists())
PY
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing Debian's Chromium for the browser tests ..."
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null && exit 0
fi
echo "Installing Playwright's Chromium for the browser tests ..."
"$bin/playwright" install chromium >/dev/null 2>&1 && exit 0
echo "No Chromium could be installed: the browser tests will be skipped. Install one, or name it: CHROMIUM=/path/to/chromium make test"
exit 0
