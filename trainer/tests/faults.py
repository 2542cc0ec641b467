"""A server on this machine that fails on demand and otherwise passes requests on to the real one."""

import http.client
import json
import threading
import urllib.parse
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


class FaultServer:
    """Meets each request with the next of `plan`, and passes it on when the plan is over.

    A fault is a status, `cut` (the connection ends without an answer) or `garbage` (200 with something else).
    """

    def __init__(self, target: str) -> None:
        self.plan: list[int | str] = []
        self.retry_after: str | None = None
        self.requests: list[dict[str, Any]] = []
        self.sizes: list[int] = []
        self.connections = 0
        self._target = urllib.parse.urlsplit(target).netloc
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def keys_asked(self) -> list[list[str]]:
        """The keys of the items of each request."""
        return [[item["k"] for item in request["items"]] for request in self.requests]

    def _next(self, body: bytes) -> int | str:
        with self._lock:
            self.requests.append(json.loads(body))
            self.sizes.append(len(body))
            return self.plan.pop(0) if self.plan else "pass"

    def _pass_on(self, path: str, body: bytes, headers: Sequence[tuple[str, str]]) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(self._target)
        try:
            connection.request("POST", path, body, dict(headers))
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                super().setup()
                with owner._lock:
                    owner.connections += 1

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                fault = owner._next(body)
                if fault == "cut":
                    self.close_connection = True
                    return
                if fault == "pass":
                    self._answer(*owner._pass_on(self.path, body, self.headers.items()))
                elif isinstance(fault, int):
                    self._answer(fault, b"{}")
                else:
                    self._answer(200, b"<html>")

            def _answer(self, status: int, body: bytes) -> None:
                self.send_response(status)
                if status != 200 and owner.retry_after is not None:
                    self.send_header("Retry-After", owner.retry_after)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                """Tests read what the module under test prints."""

        return Handler
