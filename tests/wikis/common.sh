# What the start scripts share; to be sourced. Each is called as NAME-up.sh FOLDER PORT: it installs what is missing, sets the server
# up in FOLDER, starts it on 127.0.0.1:PORT, waits until it answers, and prints one line of JSON. A second call finds it running.
set -euo pipefail
umask 022
[ $# -eq 2 ] || { echo "usage: $0 FOLDER PORT" >&2; exit 2; }
case "$1" in *[[:space:]]*) echo "$0: the path of the folder must have no blank in it" >&2; exit 2 ;; esac
mkdir -p "$1"
dir=$(cd "$1" && pwd)
port=$2
# One start at a time for a folder; the server itself must not keep the lock (9>&-).
exec 9>"$dir/lock"
flock 9

die() { echo "$(basename "$0"): $*" >&2; exit 1; }

running() { [ -s "$dir/pid" ] && kill -0 "$(cat "$dir/pid")" 2>/dev/null; }

# need PACKAGE...: installs Debian packages that are missing.
need() {
  local missing=() package sudo=
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || die "cannot install ${missing[*]}: there is no apt-get"
  [ "$(id -u)" = 0 ] || sudo=sudo
  # The services that come with packages are not started: policy-rc.d is asked first.
  { $sudo apt-get -o DPkg::Lock::Timeout=300 update -qq &&
    DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 $sudo apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "${missing[@]}"; } \
    >"$dir/install.log" 2>&1 || die "cannot install ${missing[*]}: $(tail -3 "$dir/install.log" | tr '\n' ' ')"
}

# serve COMMAND...: starts the server in a process group of its own, whose id goes into the file pid.
serve() {
  setsid "$@" </dev/null >>"$dir/server.log" 2>&1 9>&- &
  echo $! >"$dir/pid"
}

# wait_until COMMAND...: waits until the server answers.
wait_until() {
  local try
  for try in $(seq 1 300); do
    "$@" && return 0
    running || break
    sleep 0.1
  done
  die "the server does not answer: $(tail -3 "$dir/server.log" | tr '\n' ' ')"
}
