"""A database of its own for an app that a test starts, where a PostgreSQL server is given; each starts with an empty one."""

import secrets
from urllib.parse import urlsplit


def database_of_its_own(env):
    """Make one, let the environment name it, and return what `drop` takes; None where the app brings its SQLite."""
    server = env.get("FOLLOWSPOT_DATABASE", "")
    if not server.startswith("postgres"):
        return None
    name = f"followspot_{secrets.token_hex(6)}"
    _tell(server, f'CREATE DATABASE "{name}"')
    env["FOLLOWSPOT_DATABASE"] = urlsplit(server)._replace(path=f"/{name}").geturl()
    return server, name


def drop(database):
    server, name = database
    _tell(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _tell(server, what):
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(what)
