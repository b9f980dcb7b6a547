"""A receiver of webhooks on this machine that fails, stalls and is told things twice.

A real HTTP server: it keeps every request with the exact bytes of its body and answers
as its script says.
"""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


@dataclass(frozen=True)
class Heard:
    """One request."""

    headers: dict[str, str]
    body: bytes
    at_s: float

    @property
    def event(self) -> dict[str, Any]:
        return dict(json.loads(self.body))


@dataclass(frozen=True)
class Say:
    """What to answer, after how long."""

    status: int = 200
    body: str = "thanks"
    headers: dict[str, str] = field(default_factory=dict)
    after_s: float = 0.0


class Receiver:
    """Answers by its script; without one it thanks.

    `accepted` are the events that it took, by their ids, in order: a receiver that
    drops what it knows.
    """

    def __init__(self, script: Callable[[Heard], Say] | None = None) -> None:
        self.heard: list[Heard] = []
        self.accepted: list[dict[str, Any]] = []
        self.script = script or (lambda _: Say())
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def subjects(self) -> list[str]:
        """The subjects of what was taken, in order."""
        return [event["subject"] for event in self.accepted]

    def _answer(self, heard: Heard) -> Say:
        with self._lock:
            self.heard.append(heard)
        say = self.script(heard)
        if say.after_s:
            time.sleep(say.after_s)
        known = {event["id"] for event in self.accepted}
        if 200 <= say.status < 300 and heard.event["id"] not in known:
            with self._lock:
                self.accepted.append(heard.event)
        return say

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                fields = {name.lower(): value for name, value in self.headers.items()}
                say = receiver._answer(Heard(fields, body, time.monotonic()))
                raw = say.body.encode()
                try:
                    self.send_response(say.status)
                    for name, value in say.headers.items():
                        self.send_header(name, value)
                    self.send_header("content-length", str(len(raw)))
                    self.end_headers()
                    self.wfile.write(raw)
                except OSError:
                    pass  # the sender went away, as it should from one that stalls

            def log_message(self, *_: object) -> None:
                pass

        return Handler
