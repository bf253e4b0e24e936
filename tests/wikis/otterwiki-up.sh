#!/usr/bin/env bash
# Otter Wiki: pages of Markdown in a git repository, shown to people, with a git server of its own. What is pushed is what it renders.
#
#   otterwiki-up.sh FOLDER PORT
#
# Its Python packages go into FOLDER/../otterwiki-venv, which other folders share.
. "$(dirname "$0")/common.sh"
version=2.26.1
password=correct-horse-battery
url="http://127.0.0.1:$port"
venv=$(dirname "$dir")/otterwiki-venv

say() { printf '{"url":"%s/.git","web":"%s","repos":"%s","user":"publisher@example.org","password":"%s"}\n' "$url" "$url" "$dir/repo" "$password"; }
answers() { curl -fsS -m 5 -o /dev/null "$url/-/healthz" 2>/dev/null; }

if running && answers; then say; exit 0; fi
need git curl python3 python3-venv
exec 8>"$venv.lock"
flock 8
if ! "$venv/bin/python" -c 'import gunicorn, otterwiki' 2>/dev/null; then
  python3 -m venv --clear "$venv" >"$dir/install.log" 2>&1 &&
    "$venv/bin/pip" install --quiet --disable-pip-version-check "otterwiki==$version" gunicorn >>"$dir/install.log" 2>&1 ||
    die "cannot install otterwiki $version: $(tail -3 "$dir/install.log" | tr '\n' ' ')"
fi
exec 8>&-

export OTTERWIKI_SETTINGS="$dir/settings.cfg" FLASK_APP=otterwiki.server
if [ ! -s "$dir/ready" ]; then
  rm -rf "$dir/repo" "$dir/users.sqlite"
  git init -q -b master "$dir/repo"
  cat >"$dir/settings.cfg" <<CFG
REPOSITORY = '$dir/repo'
SQLALCHEMY_DATABASE_URI = 'sqlite:///$dir/users.sqlite'
SECRET_KEY = '$(openssl rand -hex 24 2>/dev/null || echo 4f1c9d0be2a84d6f9a77e1c2)'
SITE_NAME = 'Handbook'
GIT_WEB_SERVER = True
RETAIN_PAGE_NAME_CASE = True
READ_ACCESS = 'ANONYMOUS'
WRITE_ACCESS = 'REGISTERED'
ATTACHMENT_ACCESS = 'REGISTERED'
DISABLE_REGISTRATION = True
EMAIL_NEEDS_CONFIRMATION = False
CFG
  {
    "$venv/bin/flask" user create publisher@example.org publisher -f email_confirmed,approved -p read,write,upload
    "$venv/bin/python" - "$dir/users.sqlite" "$password" <<'PY'
import sqlite3
import sys

from werkzeug.security import generate_password_hash

with sqlite3.connect(sys.argv[1]) as users:
    users.execute("UPDATE user SET password_hash = ?", (generate_password_hash(sys.argv[2]),))
PY
  } >>"$dir/install.log" 2>&1 || die "cannot make an account: $(tail -3 "$dir/install.log" | tr '\n' ' ')"
  echo yes >"$dir/ready"
fi
serve "$venv/bin/gunicorn" --workers 2 --bind "127.0.0.1:$port" --timeout 60 otterwiki.server:app
wait_until answers
say
