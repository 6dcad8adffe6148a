"""A database of its own for an app that a test starts, where a PostgreSQL server is given; each starts with an empty one, or with a copy."""

import secrets
from urllib.parse import urlsplit


def database_of_its_own(env, like=None):
    """Make one, let the environment name it, and return what `drop` takes; None where the app brings its SQLite.

    like : what was returned for another one, which nobody is using: it begins as a copy of that.
    """
    server = env.get("FOLLOWSPOT_DATABASE", "")
    if not server.startswith("postgres"):
        return None
    name = f"followspot_{secrets.token_hex(6)}"
    _tell(server, f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{like[1]}"' if like else ""))
    env["FOLLOWSPOT_DATABASE"] = urlsplit(server)._replace(path=f"/{name}").geturl()
    return server, name


def drop(database):
    server, name = database
    _tell(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _tell(server, what):
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(what)
