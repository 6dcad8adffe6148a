"""What goes wrong with a call, written as problem+json (RFC 9457): what happened, what to do, and which field is meant."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel, Field

TITLES = {
    400: "This can’t be read",
    401: "Who is calling?",
    403: "This isn’t yours",
    404: "There is nothing here",
    405: "This can’t be done here",
    409: "A rule says no",
    412: "It changed meanwhile",
    413: "This is too large",
    415: "This is written in another way than JSON",
    422: "Something in it isn’t right",
    429: "Too many calls",
    500: "Something went wrong on our side",
}
KIND = "application/problem+json"


class Fault(BaseModel):
    """One thing in what was sent. pointer : where, as a JSON pointer; for a header or the address its name."""

    pointer: Annotated[str, Field(examples=["/promised_on"])]
    detail: Annotated[str, Field(examples=["Write a day like 2026-11-23."])]


def answers_to(method: str) -> list[int]:
    """Return with which problems a call may be answered; said here once, since a model for each of each operation's made every start slower."""
    of_any = [400, 401, 403, 404, 422, 429]
    return of_any if method.upper() == "GET" else [*of_any, 409, 412, 413, 415]


class Problem(BaseModel):
    """Why a call was not done. Nothing was changed by it."""

    type: Annotated[str, Field(examples=["/api/v1/docs#problem-409"])]
    title: Annotated[str, Field(examples=["A rule says no"])]
    status: Annotated[int, Field(examples=[409])]
    detail: Annotated[str, Field(examples=["Only who raised it can say that this is gone."])]
    instance: Annotated[str, Field(examples=["/api/v1/teams/quay/barriers/7/confirm"])]
    errors: list[Fault] = []
    version: Annotated[
        int | None, Field(description="What the object is at now, where that is the reason.")
    ] = None


class Turned(Exception):
    """A call is turned away before anything is asked of a rule."""

    def __init__(
        self, status: int, detail: str, *, faults: Sequence[Fault] = (), headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.faults, self.headers = status, detail, faults, headers or {}


def problem(
    request: HttpRequest,
    status: int,
    detail: str,
    *,
    faults: Sequence[Fault] = (),
    version: int | None = None,
    headers: dict[str, str] | None = None,
) -> HttpResponse:
    """Answer with a problem."""
    told = Problem(
        type=f"/api/v1/docs#problem-{status}",
        title=TITLES.get(status, "This was not done"),
        status=status,
        detail=detail,
        instance=request.path,
        errors=list(faults),
        version=version,
    )
    content = json.dumps(told.model_dump(exclude_none=True), ensure_ascii=False)
    answer = HttpResponse(content, status=status, content_type=KIND, headers=headers)
    answer["Cache-Control"] = "no-store"
    return answer
