#!/bin/sh
# Gets what the tests need beyond Python: a browser and a PostgreSQL server; says plainly what is missing.
# What bends the clock, and the browser without a window (the same engine for half the work), are only fetched where that is easy:
# the one test of the clock says so where it is skipped, and any Chromium will do.
set -eu
has() { command -v "$1" >/dev/null; }
may_fetch() { [ "$(id -u)" = 0 ] && has apt-get; }
fetch() { DEBIAN_FRONTEND=noninteractive timeout 600 apt-get install -qq -y --no-install-recommends "$@" >/dev/null; }

missing=""
shell=chromium-headless-shell
has $shell || has chromium || has chromium-browser || has google-chrome || missing="$missing chromium"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || has initdb || missing="$missing postgresql"
ls /usr/lib/*/faketime/libfaketime.so.1 >/dev/null 2>&1 || [ "$(id -u)" != 0 ] || missing="$missing libfaketime"
if may_fetch && ! has $shell; then
  ls /var/lib/apt/lists/*Packages* >/dev/null 2>&1 || timeout 60 apt-get update -qq >/dev/null 2>&1
  apt-cache show $shell >/dev/null 2>&1 && fetch $shell 2>/dev/null && missing=$(echo "$missing" | sed 's/ chromium//')
fi || true
[ -z "$missing" ] && exit 0
if may_fetch; then
  echo "Installing for the tests:$missing"
  apt-get update -qq >/dev/null
  # shellcheck disable=SC2086 # several names
  fetch $missing
else
  echo "The tests need$missing. Install it (on Debian: sudo apt-get install$missing), then run make test again." >&2
  exit 1
fi
