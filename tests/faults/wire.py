"""A wire to a server that can be slow, or cut, and mended."""

import contextlib
import socket
import threading
import time

from tests.upkeep.installation import free_port


class Wire:
    """Passes on what goes to a port of this machine, from another one. delay : in seconds, for every piece."""

    def __init__(self, to):
        self.port, self.delay = free_port(), 0.0
        self._to, self._ends, self._cut = to, [], False
        self._door = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        while True:
            try:
                here, _ = self._door.accept()
            except OSError:
                return
            try:
                if self._cut:
                    raise ConnectionError
                there = socket.create_connection(("127.0.0.1", self._to))
            except OSError:
                here.close()
                continue
            self._ends += [here, there]
            for one, other in ((here, there), (there, here)):
                threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    def _pass_on(self, one, other):
        with contextlib.suppress(OSError):
            while piece := one.recv(65536):
                time.sleep(self.delay)
                other.sendall(piece)
        for end in (one, other):
            _hang_up(end)

    def cut(self):
        self._cut = True
        for end in self._ends:
            _hang_up(end)
        self._ends.clear()

    def mend(self):
        self._cut = False

    def close(self):
        self.cut()
        self._door.close()


def _hang_up(end):
    """Closing alone would not be heard as long as another thread listens there."""
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
