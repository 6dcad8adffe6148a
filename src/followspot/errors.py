"""What may go wrong, said for the person who asked."""


class Refused(Exception):
    """A rule says no. The message is shown as it is, so it says what to do."""


class BadInput(Exception):
    """Something given from outside can't be read: names the file, row or field, and what to do."""
