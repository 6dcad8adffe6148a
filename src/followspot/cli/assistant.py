"""`followspot mcp`: lets an assistant on this machine ask a Followspot, here or elsewhere."""

from __future__ import annotations

from typing import Annotated

import typer

from followspot.cli import app


@app.command()
def mcp(
    url: Annotated[
        str, typer.Option(envvar="FOLLOWSPOT_URL", help="Where Followspot is reached.")
    ] = "http://localhost:8000",
    token: Annotated[
        str,
        typer.Option(
            envvar="FOLLOWSPOT_TOKEN",
            help="A token of yours. Give it in the environment, where no list of processes shows it.",
        ),
    ] = "",
) -> None:
    """Speak the Model Context Protocol on standard input and output, for an assistant, with the rights of a token."""
    from followspot.errors import BadInput

    if not token:
        raise BadInput(
            "Set FOLLOWSPOT_TOKEN to a token: your page in Followspot, then “Tokens for programs”."
        )
    try:
        import httpx2

        from followspot.web.assistant.tools import server
    except ImportError:
        raise BadInput("This needs the extra `mcp`: install followspot[mcp].") from None
    headers = {"Authorization": f"Bearer {token}"}
    with httpx2.Client(base_url=url.rstrip("/"), headers=headers, timeout=120) as client:
        server(client).run("stdio")
