"""A service on this machine, with whatever may go wrong on the way to it."""

import json
import socket
import struct
import threading
import time
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

type Node = dict[str, Any]


class Served:
    """A server in threads of this process. troubles : what the next requests meet, each once; see `Handler.meet`."""

    handler: type["Handler"]

    def __init__(self, *, port: int = 0) -> None:
        self.troubles: deque[tuple[str, Any]] = deque()
        self.asked: list[Any] = []
        stub = self

        class Bound(self.handler):  # type: ignore[name-defined, misc]
            served = stub

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: Any, address: Any) -> None:
                """Say nothing: whoever asked has gone."""

        self._server = Server(("127.0.0.1", port), Bound)
        self.port = self._server.server_address[1]

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Any:
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def serve(self) -> None:
        self._server.serve_forever()


class Handler(BaseHTTPRequestHandler):
    """Answers one request after the other, or meets it with trouble."""

    protocol_version = "HTTP/1.1"
    served: Any
    wbufsize = -1  # head and body in one packet, and at once
    disable_nagle_algorithm = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def authorised(self) -> bool:
        raise NotImplementedError

    def troubled(self) -> bool:
        if not self.authorised():
            self.answer(401, b'{"message": "Bad credentials"}')
            return True
        troubles = self.served.troubles
        return self.meet(*troubles.popleft()) if troubles else False

    def meet(self, kind: str, more: Any) -> bool:
        """Answer with one kind of trouble; False where the right answer comes after all."""
        match kind:
            case "status":
                self.answer(more, b'{"message": "no"}')
            case "headers":  # with a status, as limits come
                status, headers = more
                self.answer(status, b'{"message": "You have exceeded a secondary rate limit."}', headers)
            case "errors":
                self.say({"data": None, "errors": more})
            case "text":
                self.answer(200, more)
            case "cut":
                self.send_response(200)
                self.send_header("Content-Length", "1000")
                self.end_headers()
                self.wfile.write(b'{"data": {"rep')
                self.close_connection = True
            case "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.close_connection = True
                self.connection.close()
            case "slow":
                time.sleep(more)
                return False
            case "fine":
                return False
        return True

    def say(self, data: Any, headers: dict[str, str] | None = None, *, status: int = 200) -> None:
        self.answer(status, json.dumps(data).encode(), headers)

    def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
