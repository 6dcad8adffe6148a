"""What may go wrong, said for the person who asked."""


class Refused(Exception):
    """A rule says no. The message is shown as it is, so it says what to do."""


class Stale(Refused):
    """Another act came between. version : what the object is at now; address : where to look."""

    def __init__(self, message: str, *, version: int, address: str) -> None:
        super().__init__(message)
        self.version = version
        self.address = address


class BadInput(Exception):
    """Something given from outside can't be read: names the file, row or field, and what to do."""
