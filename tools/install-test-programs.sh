#!/usr/bin/env bash
# Makes sure that the programs are here which tests start: a Chromium, PostgreSQL, HAProxy; what make chaos, make bench and make bench-cluster need beside.
#   tools/install-test-programs.sh BIN [chromium] [postgresql] [haproxy] [faketime] [wrk] [nginx]      BIN: bin/ of the virtual environment
# What is missing is installed from the packages of Debian or Ubuntu, by root; Chromium else as Playwright's own build.
# Where one can't be had, this says so: the tests that need it are then skipped, or fail with CI=true.
set -u
bin=$1
shift

apt_install() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  [ -n "${updated:-}" ] || apt-get update -qq || return 1
  updated=yes
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# Playwright's driver starts (a bare Debian lacks a library of it), and there is a Chromium: the machine's or Playwright's.
have_chromium() {
  local browser own
  own=$("$bin/python" -c 'from playwright.sync_api import sync_playwright
with sync_playwright() as playwright: print(playwright.chromium.executable_path)' 2>/dev/null) || return
  for browser in "${CHROMIUM:-}" chromium chromium-browser google-chrome "$own"; do
    [ -n "$browser" ] && "$browser" --version >/dev/null 2>&1 && return
  done
  return 1
}

install_chromium() {
  apt_install libatomic1
  apt_install chromium fonts-dejavu-core && have_chromium && return
  if [ "$(id -u)" = 0 ]; then "$bin/playwright" install --with-deps chromium; else "$bin/playwright" install chromium; fi
}

have_postgresql() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null; }

install_postgresql() {
  # Tests make clusters of their own; no server is to begin by itself on a machine that has none.
  mkdir -p /etc/postgresql-common/createcluster.d &&
    echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.d/wirelane-geo-tests.conf &&
    apt_install postgresql
}

have_haproxy() { command -v haproxy >/dev/null || [ -x /usr/sbin/haproxy ]; }

install_haproxy() { apt_install haproxy; }

have_faketime() { compgen -G '/usr/lib/*/faketime/libfaketimeMT.so.1' >/dev/null; }

install_faketime() { apt_install libfaketime; }

have_wrk() { command -v wrk >/dev/null; }

install_wrk() { apt_install wrk; }

have_nginx() { command -v nginx >/dev/null; }

install_nginx() {
  # The benchmark starts one of its own; the package's isn't to begin, now or at the next start of the machine.
  local policy=/usr/sbin/policy-rc.d made=
  [ -e "$policy" ] || { printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy" && made=yes; }
  apt_install nginx-light
  [ -z "$made" ] || rm -f "$policy"
  ! command -v systemctl >/dev/null || systemctl disable nginx || true
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
[ $# -gt 0 ] || set -- chromium postgresql haproxy
for program in "$@"; do
  "have_$program" && continue
  echo "Installing $program for the tests ..."
  "install_$program" >"$log" 2>&1
  "have_$program" && continue
  echo "$program could not be installed, so the tests that need it can't run. Install it and try again."
  tail -n 5 "$log"
done
exit 0
