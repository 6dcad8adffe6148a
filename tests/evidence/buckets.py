"""An empty bucket for segments: in a small S3 of our own, or in moto's where that is installed."""

import importlib.util
import urllib.request
from contextlib import contextmanager

import pytest
from pyarrow import fs

from tests.stubs import s3

moto = pytest.param(
    "moto",
    marks=pytest.mark.skipif(
        importlib.util.find_spec("moto") is None or importlib.util.find_spec("flask_cors") is None,
        reason="moto isn't installed: `make spark` installs it and runs this",
    ),
)
KEYS = {
    "AWS_ACCESS_KEY_ID": "harbour",
    "AWS_SECRET_ACCESS_KEY": "master",
    "AWS_EC2_METADATA_DISABLED": "true",
}


class Bucket:
    """Where it is, and what lies in it, read without the code that is tested."""

    def __init__(self, port, server=None):
        self.url = f"s3://{s3.BUCKET}/fs?endpoint_override=127.0.0.1:{port}&scheme=http&region=eu-west-1"
        self.server = server
        self._where, self.prefix = fs.FileSystem.from_uri(self.url)

    def listed(self):
        found = self._where.get_file_info(fs.FileSelector(self.prefix, recursive=True, allow_not_found=True))
        return {f.path.removeprefix(f"{self.prefix}/") for f in found if f.is_file}

    def put(self, key, body):
        with self._where.open_output_stream(f"{self.prefix}/{key}") as file:
            file.write(body)

    def get(self, key):
        with self._where.open_input_stream(f"{self.prefix}/{key}") as file:
            return file.read()

    def remove(self, key):
        self._where.delete_file(f"{self.prefix}/{key}")


@contextmanager
def serving(kind):
    """Serve a bucket. Credentials have to be in the environment already."""
    if kind == "stub":
        with s3.serving() as server:
            yield Bucket(server.server_port, server)
        return
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        _, port = server.get_host_and_port()
        for method, path in (("POST", "moto-api/reset"), ("PUT", s3.BUCKET)):
            asked = urllib.request.Request(f"http://127.0.0.1:{port}/{path}", method=method)
            urllib.request.urlopen(asked).close()
        yield Bucket(port)
    finally:
        server.stop()
