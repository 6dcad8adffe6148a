#!/bin/sh
# Gets what the tests need beyond Python: a browser and a PostgreSQL server; says plainly what is missing.
# What bends the clock is only fetched where that is easy: its one test says so where it is skipped.
set -eu
missing=""
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || missing="$missing chromium"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || missing="$missing postgresql"
ls /usr/lib/*/faketime/libfaketime.so.1 >/dev/null 2>&1 || [ "$(id -u)" != 0 ] || missing="$missing libfaketime"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing for the tests:$missing"
  apt-get update -qq >/dev/null
  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing >/dev/null
else
  echo "The tests need$missing. Install it (on Debian: sudo apt-get install$missing), then run make test again." >&2
  exit 1
fi
