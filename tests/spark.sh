#!/bin/sh
# Starts a Spark master and two workers on this machine alone for one command, and stops them: tests/spark.sh COMMAND ...
# Gets what is missing: Java (as root on Debian), and in the environment of .venv pyspark and an S3 server (moto).
set -eu
bin=$(cd "$(dirname "$0")/.." && pwd)/.venv/bin
if ! java -version >/dev/null 2>&1; then
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || { echo "Spark needs Java 17. Install it (on Debian: sudo apt-get install openjdk-17-jre-headless)." >&2; exit 1; }
  apt-get update -qq >/dev/null
  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends openjdk-17-jre-headless >/dev/null
fi
"$bin/python" -c "import pyspark, moto, flask, flask_cors" 2>/dev/null || {
  echo "Installing pyspark (450 MB) and moto into .venv" >&2
  "$bin/python" -m pip install --quiet --disable-pip-version-check "pyspark>=4.0,<4.1" moto flask flask-cors
}
SPARK_HOME=$("$bin/python" -c "import pyspark; print(pyspark.__path__[0])")
folder=$(mktemp -d "${TMPDIR:-/tmp}/followspot-spark-XXXXXX")
export SPARK_HOME SPARK_LOCAL_IP=127.0.0.1 SPARK_LOCAL_DIRS="$folder" SPARK_WORKER_DIR="$folder/work" SPARK_DAEMON_MEMORY=512m
export PYSPARK_PYTHON="$bin/python" AWS_ACCESS_KEY_ID=harbour AWS_SECRET_ACCESS_KEY=master AWS_EC2_METADATA_DISABLED=true
pids=""
stop() { for pid in $pids; do kill "$pid" 2>/dev/null || true; done; wait 2>/dev/null || true; rm -rf "$folder"; }
trap stop EXIT INT TERM
start() { # NAME CLASS ARGUMENTS ...
  name=$1 class=$2
  shift 2
  "$SPARK_HOME/bin/spark-class" "org.apache.spark.deploy.$class" --host 127.0.0.1 "$@" >"$folder/$name.log" 2>&1 &
  pids="$pids $!"
}
said() { # how often the logs say something, until they do so as often as wanted: WORDS TIMES
  n=0
  until [ "$(cat "$folder"/*.log | grep -c "$1")" -ge "$2" ]; do
    n=$((n + 1))
    [ $n -le 120 ] || { cat "$folder"/*.log >&2; exit 1; }
    sleep 0.5
  done
}
port=$((20000 + $$ % 20000))
start master master.Master --port $port --webui-port $((port + 1))
said "I have been elected leader" 1
for n in 1 2; do
  start "worker$n" worker.Worker --cores 1 --memory "${SPARK_TEST_MEMORY:-1g}" --webui-port $((port + 1 + n)) "spark://127.0.0.1:$port"
done
said "Successfully registered with master" 2
FOLLOWSPOT_TEST_SPARK="spark://127.0.0.1:$port" "$@"
