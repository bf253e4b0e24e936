"""A relay in front of a wiki that counts requests and breaks some of them, as networks and servers do."""

import http.client
import http.server
import threading
import time
import urllib.parse


class Relay:
    """Passes requests on to `target`. `fault(number, body)` says of each request, counted from 1 since the last reset, what happens:

    None          it is passed on
    "cut-before"  the connection is cut before the server hears of it
    "cut-after"   the server does it, and the connection is cut before the answer
    "half"        the server does it, and half of the answer comes
    "500"         the server does it, and the answer is 500
    "503"         the server does not hear of it, and the answer is 503 with Retry-After
    "429"         the same with 429
    "429-date"    the same with a date in Retry-After
    "401"         the server does not hear of it, and the answer is 401
    "slow"        the server does it, and the answer is late
    "hang"        the server does not hear of it, and no answer comes for as long
    "readonly"    the server does not hear of it, and says as MediaWiki does that it is read-only
    "maxlag"      MediaWiki is made to say that its databases lag
    "logout"      the server hears of it without the login
    """

    def __init__(self, target):
        url = urllib.parse.urlsplit(target)
        self.requests = 0
        self.writes = 0
        self.late = 1
        self.fault = lambda number, body: None
        self.lock = threading.Lock()
        relay = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"

            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                with relay.lock:
                    relay.requests += 1
                    number = relay.requests
                    relay.writes += is_write(self.command, body)
                fault = relay.fault(number, body)
                if fault in ("503", "429", "429-date", "401"):
                    self.send_response(int(fault[:3]))
                    if fault == "429-date":
                        # Never later than the `Date` of this answer, which the line above has sent.
                        self.send_header("Retry-After", self.date_time_string())
                    elif fault != "401":
                        self.send_header("Retry-After", "0")
                    self.end_headers()
                    return
                if fault == "readonly":
                    answer = b'{"error":{"code":"readonly","info":"The wiki is read-only.","readonlyreason":"The disks are being changed"}}'
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(answer)))
                    self.end_headers()
                    self.wfile.write(answer)
                    return
                if fault == "hang":
                    time.sleep(relay.late)
                if fault in ("cut-before", "hang"):
                    self.close_connection = True
                    self.connection.close()
                    return
                upstream = http.client.HTTPConnection(url.hostname, url.port, timeout=60)
                headers = {name: value for name, value in self.headers.items() if name.lower() not in ("connection", "accept-encoding")}
                if fault == "maxlag":
                    body = body.replace(b"maxlag=5", b"maxlag=-1")
                if fault == "logout":
                    headers = {name: value for name, value in headers.items() if name.lower() not in ("cookie", "content-length")}
                headers.pop("Content-Length", None)
                headers.pop("content-length", None)
                upstream.request(self.command, self.path, body or None, headers)
                answer = upstream.getresponse()
                data = answer.read()
                if fault == "cut-after":
                    self.connection.close()
                    return
                if fault == "slow":
                    time.sleep(relay.late)
                self.send_response(500 if fault == "500" else answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data[: len(data) // 2] if fault == "half" else data)

            do_GET = do_POST = do_PUT = do_DELETE = handle_any

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}{url.path}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def reset(self, fault=None):
        self.requests = self.writes = 0
        self.fault = fault or (lambda number, body: None)


def is_write(method, body):
    """Tells whether a request changes a wiki: MediaWiki's say so in their form, others by their method."""
    if b"action=" in body or b'name="action"' in body:
        return any(word in body for word in (b"action=edit", b"action=move", b"action=delete", b'upload'))
    return method in ("POST", "PUT", "DELETE")
