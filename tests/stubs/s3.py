"""As much of S3 as segments need: objects by key, whole or not at all, and their list."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from urllib.parse import parse_qs, unquote, urlsplit

BUCKET = "harbour"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def key(self):
        return unquote(urlsplit(self.path).path).removeprefix(f"/{BUCKET}").lstrip("/")

    @property
    def asked(self):
        return parse_qs(urlsplit(self.path).query, keep_blank_values=True)

    def do_PUT(self):
        body = self._body()
        if self.server.down:
            return self._answer(403, _error("AccessDenied"))
        if "uploadId" in self.asked:  # a part; nobody sees it yet
            self.server.parts[self.asked["uploadId"][0], int(self.asked["partNumber"][0])] = body
        else:
            self.server.objects[self.key] = body
        self._answer(200, ETag='"1"')

    def do_POST(self):
        self._body()
        if self.server.down:
            return self._answer(403, _error("AccessDenied"))
        if "uploadId" not in self.asked:
            self.server.uploads += 1
            return self._answer(
                200,
                f"<InitiateMultipartUploadResult><UploadId>{self.server.uploads}</UploadId></InitiateMultipartUploadResult>".encode(),
            )
        mine = sorted(k for k in self.server.parts if k[0] == self.asked["uploadId"][0])
        self.server.objects[self.key] = b"".join(self.server.parts.pop(k) for k in mine)
        self._answer(
            200,
            b"<CompleteMultipartUploadResult><ETag>&quot;1&quot;</ETag></CompleteMultipartUploadResult>",
        )

    def do_HEAD(self):
        if not self.key:
            return self._answer(200)
        there = self.server.objects.get(self.key)
        self._answer(404) if there is None else self._answer(200, there, head=True)

    def do_GET(self):
        if self.server.down:
            return self._answer(403, _error("AccessDenied"))
        if not self.key:
            return self._list(self.asked)
        there = self.server.objects.get(self.key)
        if there is None:
            return self._answer(404, _error("NoSuchKey"))
        self.server.fetched.append(self.key)
        wanted = self.headers.get("Range", "")
        if not wanted:
            return self._answer(200, there)
        first, _, last = wanted.removeprefix("bytes=").partition("-")
        self._answer(206, there[int(first) : int(last) + 1 if last else None])

    def do_DELETE(self):
        if "uploadId" not in self.asked:
            self.server.objects.pop(self.key, None)
        self._answer(204)

    def _list(self, asked):
        prefix, delimiter = asked.get("prefix", [""])[0], asked.get("delimiter", [""])[0]
        contents, folders = "", set()
        for key, body in sorted(self.server.objects.items()):
            if not key.startswith(prefix):
                continue
            rest = key.removeprefix(prefix)
            if delimiter and delimiter in rest:
                folders.add(prefix + rest.partition(delimiter)[0] + delimiter)
            else:
                contents += f"<Contents><Key>{key}</Key><LastModified>{self.server.written_at}</LastModified><Size>{len(body)}</Size></Contents>"
        listed = "".join(f"<CommonPrefixes><Prefix>{f}</Prefix></CommonPrefixes>" for f in sorted(folders))
        n = contents.count("<Key>") + len(folders)
        self._answer(
            200,
            f"<ListBucketResult><Name>{BUCKET}</Name><Prefix>{prefix}</Prefix><KeyCount>{n}</KeyCount><IsTruncated>false</IsTruncated>{contents}{listed}</ListBucketResult>".encode(),
        )

    def _body(self):
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            body = _unchunked(self.rfile)
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        return (
            _unchunked(BytesIO(body)) if "aws-chunked" in self.headers.get("Content-Encoding", "") else body
        )

    def _answer(self, status, body=b"", *, head=False, **headers):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Last-Modified", formatdate(usegmt=True))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if not head:
            self.wfile.write(body)

    def log_message(self, *_):
        pass


def _unchunked(file):
    body = b""
    while size := int(file.readline().split(b";")[0], 16):
        body += file.read(size)
        file.readline()
    while file.readline().strip():  # checksums
        pass
    return body


def _error(code):
    return f"<Error><Code>{code}</Code><Message>{code}</Message></Error>".encode()


@contextmanager
def serving():
    """Serve an empty bucket; yields the server: `objects` by key, the keys `fetched`, whether it is `down`, and when all of them
    were `written_at`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.objects, server.fetched, server.down = {}, [], False
    server.parts, server.uploads = {}, 0
    server.written_at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}.000Z"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
