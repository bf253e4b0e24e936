#!/usr/bin/env bash
# Ends the server of FOLDER, and nothing else; its pages stay until the folder is removed.
set -euo pipefail
[ $# -eq 1 ] || { echo "usage: $0 FOLDER" >&2; exit 2; }
[ -s "$1/pid" ] || exit 0
group=$(cat "$1/pid")
kill -TERM -- "-$group" 2>/dev/null || true
for _ in $(seq 1 50); do
  kill -0 -- "-$group" 2>/dev/null || break
  sleep 0.1
done
kill -KILL -- "-$group" 2>/dev/null || true
rm -f "$1/pid"
