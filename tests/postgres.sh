#!/bin/sh
# Starts a PostgreSQL server for one command, in a folder of its own, and stops it: tests/postgres.sh COMMAND ...
set -eu
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$bin" ] || bin=$(dirname "$(command -v initdb)")
folder=$(mktemp -d "${TMPDIR:-/tmp}/followspot-pg-XXXXXX")
as=""
if [ "$(id -u)" = 0 ]; then # the server refuses to run as root
  chown postgres "$folder"
  as="setpriv --reuid=postgres --regid=postgres --init-groups"
fi
stop() { cd /; $as "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$folder"; }
trap stop EXIT INT TERM
port=$((20000 + $$ % 20000))
(cd "$folder"
 $as "$bin/initdb" -D data -U fs -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
 $as "$bin/pg_ctl" -D data -w -l log -o "-p $port -k $folder -c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off -c full_page_writes=off" start >/dev/null)
FOLLOWSPOT_DATABASE="postgres://fs@127.0.0.1:$port/postgres" "$@"
