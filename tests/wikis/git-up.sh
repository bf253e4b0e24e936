#!/usr/bin/env bash
# A wiki as GitHub, GitLab and Gitea serve it to git: bare repositories behind git's own HTTP server (git http-backend, run by nginx and
# fcgiwrap) with a password. Only fast-forwards are taken.
#
#   git-up.sh FOLDER PORT
#
# wiki.git has a first page (Home.md) made by a person; empty.git has no commit; a test makes more with `git init --bare` in FOLDER/repos.
# Accounts: publisher may write, reader may not; the password of both is in the line that is printed.
# Faults: while FOLDER/down exists every request answers 503; while FOLDER/reject exists the server's hook refuses a push with its text.
. "$(dirname "$0")/common.sh"
password=correct-horse-battery
url="http://127.0.0.1:$port"

say() { printf '{"url":"%s","repos":"%s","user":"publisher","password":"%s","log":"%s"}\n' "$url" "$dir/repos" "$password" "$dir/access.log"; }
answers() { curl -fsS -m 5 -o /dev/null -u "publisher:$password" "$url/wiki.git/info/refs?service=git-upload-pack" 2>/dev/null; }

if running && { [ -e "$dir/down" ] || answers; }; then say; exit 0; fi
need git nginx-light fcgiwrap curl openssl

if [ ! -d "$dir/repos" ]; then
  rm -rf "$dir/new"
  mkdir -p "$dir/new/template/hooks"
  cat >"$dir/new/template/hooks/pre-receive" <<HOOK
#!/bin/sh
[ ! -e "$dir/reject" ] || { cat "$dir/reject" >&2; exit 1; }
HOOK
  chmod +x "$dir/new/template/hooks/pre-receive"
  cat >"$dir/new/template/config" <<'CONFIG'
[http]
	receivepack = true
[receive]
	denyNonFastForwards = true
	denyDeletes = true
CONFIG
  for name in wiki empty; do git init -q --bare -b master --template "$dir/new/template" "$dir/new/$name.git"; done
  git init -q -b master "$dir/new/person"
  echo 'Welcome to the wiki.' >"$dir/new/person/Home.md"
  git -C "$dir/new/person" add Home.md
  git -C "$dir/new/person" -c user.name=Person -c user.email=person@example.org commit -q -m 'Begin the wiki'
  git -C "$dir/new/person" push -q "$dir/new/wiki.git" master
  rm -rf "$dir/new/person"
  mv "$dir/new" "$dir/repos"
fi
for user in publisher reader; do printf '%s:%s\n' "$user" "$(openssl passwd -apr1 "$password")"; done >"$dir/accounts"
mkdir -p "$dir/tmp"
{
  [ "$(id -u)" != 0 ] || echo 'user root;'
  cat <<CONF
daemon off;
worker_processes 2;
pid $dir/nginx.pid;
error_log $dir/error.log;
events { worker_connections 256; }
http {
  access_log $dir/access.log;
  client_max_body_size 200m;
  client_body_temp_path $dir/tmp/body;
  fastcgi_temp_path $dir/tmp/fastcgi;
  proxy_temp_path $dir/tmp/proxy;
  scgi_temp_path $dir/tmp/scgi;
  uwsgi_temp_path $dir/tmp/uwsgi;
  map "\$remote_user \$request_uri" \$may_not { default 0; "~^reader .*git-receive-pack" 1; }
  server {
    listen 127.0.0.1:$port;
    auth_basic wiki;
    auth_basic_user_file $dir/accounts;
    location / {
      if (-e $dir/down) { return 503; }
      if (\$may_not) { return 403; }
      include /etc/nginx/fastcgi_params;
      fastcgi_param SCRIPT_FILENAME $(git --exec-path)/git-http-backend;
      fastcgi_param GIT_PROJECT_ROOT $dir/repos;
      fastcgi_param GIT_HTTP_EXPORT_ALL 1;
      fastcgi_param PATH_INFO \$uri;
      fastcgi_param REMOTE_USER \$remote_user;
      fastcgi_pass unix:$dir/fcgi.sock;
    }
  }
}
CONF
} >"$dir/nginx.conf"
rm -f "$dir/fcgi.sock"
serve sh -c 'fcgiwrap -c 4 -s "unix:$1/fcgi.sock" & exec nginx -c "$1/nginx.conf" -e "$1/error.log"' sh "$dir"
if [ -e "$dir/down" ]; then say; exit 0; fi
wait_until answers
say
