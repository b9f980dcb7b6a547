"""A shop that knows its customers, as a real HTTP server."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import unquote


class ShopOfCustomers:
    """Answers GET /customers/REF; `down` makes it fail."""

    def __init__(self) -> None:
        self.known: dict[str, dict[str, str]] = {}
        self.down = False
        self.asked: list[tuple[str, str]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        place = f"127.0.0.1:{self._server.server_port}/customers/{{customer_ref}}"
        self.url = f"http://shop:s3cret@{place}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        shop = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                ref = unquote(self.path.rpartition("/")[2])
                shop.asked.append((ref, self.headers.get("authorization", "")))
                status = 500 if shop.down else 200 if ref in shop.known else 404
                raw = json.dumps(shop.known.get(ref, {})).encode()
                self.send_response(status)
                self.send_header("content-length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_: object) -> None:
                pass

        return Handler
