#!/usr/bin/env bash
# Serves folders of static files by the rules of GitHub Pages, with a real nginx, until it is stopped.
#
#   tests/hosts/static.sh FOLDER PORT_BELOW PORT_ROOT
#
# FOLDER/web/repo is served as http://127.0.0.1:PORT_BELOW/repo/, as a project's site is; FOLDER/root as http://127.0.0.1:PORT_ROOT/,
# as a site with a domain of its own is. There: /name finds name.html, a folder without its slash is sent on, nothing is listed, what is
# missing gets the site's 404.html with status 404, and only GET and HEAD are answered. Prints `ready` once both answer.
set -euo pipefail
[ $# -eq 3 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }
folder=$(cd "$1" && pwd)
mkdir -p "$folder/temp"
user=
[ "$(id -u)" -ne 0 ] || user='user root;'

server() { # PORT ROOT PREFIX
  cat <<CONF
  server {
    listen 127.0.0.1:$1;
    root $2;
    error_page 404 $3404.html;
    error_page 403 =404 $3404.html;
    if (\$request_method !~ ^(GET|HEAD)\$) { return 405; }
    location / {
      index index.html;
      try_files \$uri \$uri.html \$uri/ =404;
      add_header Cache-Control "max-age=600";
    }
  }
CONF
}

{
  cat <<CONF
$user
daemon off;
worker_processes 1;
pid $folder/nginx.pid;
error_log $folder/error.log warn;
events { worker_connections 256; }
http {
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  charset utf-8;
  access_log off;
  gzip on;
  gzip_types text/css application/javascript application/json application/xml image/svg+xml;
CONF
  for kind in client_body fastcgi proxy uwsgi scgi; do echo "  ${kind}_temp_path $folder/temp/$kind;"; done
  server "$2" "$folder/web" /repo/
  server "$3" "$folder/root" /
  echo "}"
} >"$folder/nginx.conf"

nginx=$(PATH=$PATH:/usr/sbin command -v nginx) || { echo "$0: nginx is missing" >&2; exit 2; }
"$nginx" -c "$folder/nginx.conf" -e "$folder/error.log" &
nginx=$!
trap 'kill $nginx 2>/dev/null; wait $nginx 2>/dev/null || true' EXIT
trap 'exit 0' TERM INT
for _ in $(seq 1 100); do
  if (: <"/dev/tcp/127.0.0.1/$2" && : <"/dev/tcp/127.0.0.1/$3") 2>/dev/null; then echo ready; break; fi
  kill -0 $nginx 2>/dev/null || { tail -n 5 "$folder/error.log" >&2; exit 1; }
  sleep 0.1
done
wait $nginx
