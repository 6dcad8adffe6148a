"""Work for the workers of the tests, and settings in which a dead one is missed soon."""

import time
from pathlib import Path

from django.tasks import task

from followspot.web.settings import *  # noqa: F403

TASKS["default"]["OPTIONS"]["LOCK_TIMEOUT"] = 2  # noqa: F405


@task
def slowly(begun: str, done: str) -> None:
    """Begin at once, and take long the first time."""
    path = Path(begun)
    first = not path.exists()
    path.write_text("begun")
    if first:
        time.sleep(120)
    Path(done).write_text("done")
