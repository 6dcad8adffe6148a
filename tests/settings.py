"""Settings for tests: a data folder of their own, a fast hasher, the database that is asked for."""

import os
import tempfile

# Each test process keeps its data apart; the folder goes with the machine's temporary files.
os.environ["FOLLOWSPOT_DATA"] = tempfile.mkdtemp(prefix="followspot-test-")

from followspot.web.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
ALLOWED_HOSTS = ["*"]
STATIC_ROOT.mkdir(exist_ok=True)  # noqa: F405
# A file, since an import runs on a connection of its own; each test process has one of its own.
if "sqlite" in DATABASES["default"]["ENGINE"]:  # noqa: F405
    DATABASES["default"]["TEST"] = {"NAME": DATA / "test.sqlite3"}  # noqa: F405
else:  # the pool would outlive the database that the tests drop
    DATABASES["default"].pop("OPTIONS", None)  # noqa: F405
# Beside the tests' own database: a table of it would have to be made by each of them.
CACHES["default"] = {  # noqa: F405
    "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
    "LOCATION": DATA / "cache",  # noqa: F405
}
# What is put into the background is done at once.
TASKS["default"]["BACKEND"] = "django_ox.testing.ImmediateBackend"  # noqa: F405
