#!/usr/bin/env python3
"""Prints what publishing costs: requests and seconds of the first run and of one with nothing to do, for 24 and 500 incidents.

costs.py HINDSITE [--incidents N,N] [TARGET...], where a target is git, otterwiki, mediawiki, cloud or data-center; all of them otherwise.

The wikis are real but for Confluence, which is the stand-in of the tests: its seconds are those of hindsite alone. A wiki that has to be
set up first is put into target/tmp/wikis. Fails where an idle run writes, or takes more than 10 requests.
"""

import argparse
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time

from confluence_server import Stand
from relay import Relay

HERE = pathlib.Path(__file__).resolve().parent
MOST_IDLE_REQUESTS = 10


class Counter:
    """A relay of connections that counts the requests on them, whatever they are; `writes` are pushes."""

    def __init__(self, host, port):
        self.requests = self.writes = 0
        self.target = (host, port)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            client = self.listener.accept()[0]
            server = socket.create_connection(self.target)
            threading.Thread(target=self.pump, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self.pump, args=(server, client, False), daemon=True).start()

    def pump(self, source, sink, is_request):
        try:
            while data := source.recv(65536):
                if is_request:
                    lines = re.findall(rb"^(?:GET|POST) (\S+) HTTP/1", data, re.M)
                    self.requests += len(lines)
                    self.writes += sum(line.endswith(b"/git-receive-pack") for line in lines)
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def reset(self):
        self.requests = self.writes = 0


def server(name):
    """Starts a wiki, or finds the one that runs."""
    folder = pathlib.Path(os.environ.get("HINDSITE_WIKI_FOLDER", HERE.parents[1] / "target/tmp/wikis")) / name
    folder.mkdir(parents=True, exist_ok=True)
    port_file = folder / "port"
    if not (port_file.exists() and (folder / "pid").exists()):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port_file.write_text(str(free.getsockname()[1]))
    done = subprocess.run([HERE / f"{name}-up.sh", folder, port_file.read_text().strip()], check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def git_target(name, flavor, run):
    known = server(name)
    url = known["url"] if name == "otterwiki" else f"{known['url']}/costs-{run}.git"
    if name == "git":
        subprocess.run(["cp", "-r", f"{known['repos']}/wiki.git", f"{known['repos']}/costs-{run}.git"], check=True)
    host, port, path = re.fullmatch(r"http://([^:/]+):(\d+)(/.*)", url).groups()
    counter = Counter(host, int(port))
    user = known.get("user", "publisher")
    profile = f'target = "git"\nflavor = "{flavor}"\nurl = "http://127.0.0.1:{counter.port}{path}"\nuser = "{user}"\n'
    return profile, known["password"], counter


def mediawiki_target(run):
    known = server("mediawiki")
    relay = Relay(known["api"])
    return f'target = "mediawiki"\nurl = "{relay.url}"\nuser = "{known["publisher"]}"\n', known["password"], relay


def confluence_target(edition):
    Stand.small_pages = False
    stand = Stand(edition)
    relay = Relay(stand.url)
    login = f'user = "{stand.site.user}"' if edition == "cloud" else 'flavor = "data-center"'
    return f'target = "confluence"\nurl = "{relay.url}"\nspace = "LOG"\n{login}\n', stand.site.token, relay


TARGETS = {
    "git": lambda run: git_target("git", "gollum", run),
    "otterwiki": lambda run: git_target("otterwiki", "otterwiki", run),
    "mediawiki": mediawiki_target,
    "cloud": lambda run: confluence_target("cloud"),
    "data-center": lambda run: confluence_target("data-center"),
}


def write_archive(folder, count):
    content = folder / "content"
    content.mkdir()
    causes = ["A disk was full", "A certificate expired", "The deployment had a wrong setting", "The queue was too small"]
    for number in range(count):
        day = f"{2020 + number % 6}-{1 + number % 12:02}-{1 + number % 28:02}"
        (content / f"n{number}.md").write_text(
            f"---\nid: n{number}\ndate: {day}\nseverity: SEV{1 + number % 4}\nkind: incident\n---\n# Outage number {number}\n\n## Summary\n\n"
            f"Service {number % 7} answered with errors.\n\n## Timeline\n\n- 10:00 UTC errors begin\n- 10:{5 + number % 20:02} UTC an alert fires\n"
            f"- 11:{number % 60:02} UTC all is well again\n\n## Root cause\n\n{causes[number % 4]}.\n\n## Action items\n\n- [ ] Watch it (Ada)\n"
        )


def run(program, folder, password, counter):
    counter.reset()
    started = time.monotonic()
    command = [program, "publish", "apply", str(folder), "--json"]
    done = subprocess.run(command, env={**os.environ, "WIKI_PASSWORD": password}, stdout=subprocess.PIPE, text=True)
    assert done.returncode == 0, f"exit {done.returncode}: {done.stdout[-2000:]}"
    return counter.requests, counter.writes, time.monotonic() - started


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program")
    arguments.add_argument("targets", nargs="*", default=list(TARGETS))
    arguments.add_argument("--incidents", default="24,500")
    given = arguments.parse_intermixed_args()
    program, bad = os.path.abspath(given.program), []
    print("| target | incidents | first: requests | seconds | idle: requests | seconds |\n| --- | ---: | ---: | ---: | ---: | ---: |")
    for name in given.targets:
        for count in map(int, given.incidents.split(",")):
            with tempfile.TemporaryDirectory() as folder:
                stamp = f"{time.time_ns() // 1_000_000 % 100_000_000}-{count}"
                profile, password, counter = TARGETS[name](stamp)
                write_archive(pathlib.Path(folder), count)
                book = f'[publish.wiki]\n{profile}password-env = "WIKI_PASSWORD"\nroot = "Costs {stamp}"\n'
                (pathlib.Path(folder) / "book.toml").write_text(book)
                first, _, seconds = run(program, folder, password, counter)
                idle, writes, idle_seconds = run(program, folder, password, counter)
                print(f"| {name} | {count} | {first} | {seconds:.1f} | {idle} | {idle_seconds:.1f} |", flush=True)
                if writes or idle > MOST_IDLE_REQUESTS:
                    bad.append(f"{name}, {count} incidents: an idle run takes {idle} requests and {writes} writes")
    if bad:
        sys.exit("\n".join(bad))


if __name__ == "__main__":
    main()
