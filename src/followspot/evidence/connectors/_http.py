"""One client for services that answer in JSON: patient with them, bounded, and plain about what to do.

What passes by itself (no answer, 502, a line cut in the middle) is tried again a few times. Where a service limits how often
it may be asked, short waits are waited out and long ones raise `Paused`, so that what came so far can be kept.
"""

from __future__ import annotations

import functools
import json
import math
import re
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self

import httpx2

from followspot import outward
from followspot.errors import BadInput, in_short
from followspot.language import say

MOST_BYTES = 32 * 2**20  # of one answer
SHORT = 90.0  # seconds; a longer wait is no wait but a pause
TRIES = 4
_LONGEST = 86_400.0  # seconds of a pause, whatever a service says
_SECONDS = 30.0
_WAITS = 10  # in a row, for one answer
_REDIRECTS = 3
_HOST = re.compile(r"[\w.:-]+", re.ASCII)
_MOST_SAID = 300  # of a service's own words
_UNSAID = 60.0  # seconds that a limit lasts which doesn't say how long


def sleep(seconds: float) -> None:
    """Wait."""
    time.sleep(seconds)


@contextmanager
def understood(name: str) -> Iterator[None]:
    """Refuse what a service sends where it is not as its documentation says, and tell what was found missing where."""
    try:
        yield
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
        httpx2.InvalidURL,
    ) as error:
        raise BadInput(
            say(
                "{name} sent something that can’t be understood here ({error}). Nothing of it was kept.",
                name=name,
                error=in_short(error),
            )
        ) from error


class Paused(Exception):
    """The service lets itself be asked again only then."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"until {until}")
        self.until = until


class Denied(BadInput):
    """The service said no, with this status."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class Unanswered(BadInput):
    """The service didn't answer, however often it was asked; a smaller question may help."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. data : the JSON, None where nothing has changed (304); next : the page that follows, or ""."""

    status: int
    headers: Mapping[str, str]
    data: Any
    next: str = ""


def _never(answer: Answer) -> bool:
    return False


def _silent(answer: Answer) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Service:
    """What people call it, what to do where it says no (by status), and whether an answer means “not so often”.

    says : what the service itself says of its no, where that helps whoever asked.
    """

    name: str
    advice: Mapping[int, str]
    limits: Callable[[Answer], bool] = _never
    says: Callable[[Answer], str] = _silent


def host_of(said: str) -> httpx2.URL:
    """Return a host, as a person writes it, as an address. Raises BadInput."""
    text = said.strip().rstrip("/")
    try:
        url = httpx2.URL(text if "://" in text else f"https://{text}")
    except httpx2.InvalidURL:
        url = httpx2.URL()
    safe = url.scheme == "https" or (url.scheme == "http" and outward.is_internal(url.host))
    if not _HOST.fullmatch(url.host) or url.userinfo or not safe:
        raise BadInput(say("Write the host as git.example.org. Tokens are only sent over https."))
    return url.copy_with(query=None, fragment=None)


@functools.cache
def _authorities() -> ssl.SSLContext:
    """Return whom to trust, which takes long to find out."""
    return httpx2.create_ssl_context()


class Client:
    """One service at one address, asked one question after another. Never follows it to another host."""

    def __init__(self, base: str, service: Service, *, headers: Mapping[str, str]) -> None:
        try:
            self._base = httpx2.URL(base)
        except httpx2.InvalidURL:
            raise BadInput(say("“{base}” is no address.", base=base)) from None
        self._service = service
        self._way = outward.pinned(self._base)
        self._last = ("", self._base)  # most services are asked at one address all the time
        self._client = httpx2.Client(
            verify=_authorities(),
            timeout=_SECONDS,
            headers={"Accept": "application/json", "User-Agent": "Followspot", **headers},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._client.close()

    def get(self, address: str, *, params: Mapping[str, str] | None = None, etag: str = "") -> Answer:
        """Return what is there. etag : of what is known already, for a service that can say “nothing has changed”."""
        return self._ask("GET", address, params=params, headers={"If-None-Match": etag} if etag else {})

    def post(self, address: str, body: Any, *, tries: int = TRIES) -> Answer:
        """Return the answer to a question that is sent as JSON."""
        return self._ask(
            "POST",
            address,
            content=json.dumps(body),
            headers={"Content-Type": "application/json"},
            tries=tries,
        )

    def pages(self, address: str, *, params: Mapping[str, str] | None = None) -> Iterator[Answer]:
        """Yield one page after the other, by the address that each gives for the next (`Link`)."""
        answer = self.get(address, params=params)
        yield answer
        while answer.next:
            answer = self.get(answer.next)
            yield answer

    def _ask(self, method: str, address: str, *, tries: int = TRIES, **what: Any) -> Answer:
        failed, waits, trouble = 0, 0, ""
        while failed < tries:
            if failed:
                sleep(2.0 ** (failed - 1))
            try:
                answer = self._once(method, address, what)
            except (httpx2.HTTPError, _Cut) as error:
                trouble = self._trouble(error)
                failed += 1
                continue
            if (wait := self._wait(answer)) is not None:
                waits += 1
                if wait > SHORT or waits > _WAITS:
                    pause = min(max(wait, _UNSAID), _LONGEST)
                    raise Paused(datetime.now(UTC) + timedelta(seconds=pause))
                sleep(wait)
            elif answer.status >= 500:
                trouble = f"{answer.status}"
                failed += 1
            elif answer.status >= 400:
                raise Denied(self._refusal(answer), answer.status)
            else:
                return answer
        raise Unanswered(
            say(
                "{name} did not answer ({trouble}). It is asked again by itself.",
                name=self._service.name,
                trouble=trouble,
            )
        )

    def _once(self, method: str, address: str, what: Mapping[str, Any]) -> Answer:
        for _ in range(_REDIRECTS + 1):
            kwargs = {**what, **self._way, "url": self._found(address)}
            kwargs["headers"] = {**what["headers"], **self._way["headers"]}
            with self._client.stream(method, **kwargs) as response:
                if not (response.has_redirect_location and method == "GET"):
                    return _answer(response)
                address = response.headers.get("location", "")
                what = {k: v for k, v in what.items() if k != "params"}  # they stand in the new address
        raise BadInput(say("{name} leads from one address to the next without end.", name=self._service.name))

    def _found(self, address: str) -> httpx2.URL:
        """Return an address on this service by the one that was looked up; refuse any other host."""
        if address == self._last[0]:
            return self._last[1]
        try:
            found = self._base.join(address)
        except httpx2.InvalidURL:
            raise BadInput(say("{name} gave an address that is none.", name=self._service.name)) from None
        if (found.scheme, found.host, found.port) != (self._base.scheme, self._base.host, self._base.port):
            raise BadInput(
                say(
                    "{name} leads to another host, {host}, which is not followed.",
                    name=self._service.name,
                    host=found.host,
                )
            )
        self._last = address, found.copy_with(host=self._way["url"].host)
        return self._last[1]

    def _trouble(self, error: Exception) -> str:
        """Return what went wrong in passing; raise what won't pass by itself."""
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            raise BadInput(
                say(
                    "The certificate of {host} can’t be trusted. Whoever runs the server can make its authority known to "
                    "the machine (SSL_CERT_FILE).",
                    host=self._base.host,
                )
            ) from None
        return type(error).__name__ if isinstance(error, httpx2.HTTPError) else str(error)

    def _wait(self, answer: Answer) -> float | None:
        """Return for how many seconds the service wants to be left alone, or None where it doesn't."""
        limited = answer.status == 429 or self._service.limits(answer)
        said, left, reset = (_header(answer, n) for n in ("retry-after", "remaining", "reset"))
        if answer.status == 403 and (said or left == "0"):
            limited = True
        if not limited:
            return None
        if said:
            return max(1.0, _seconds(said))
        if left == "0" and reset:
            return max(1.0, _seconds(reset, moment=True) + 1)
        return _UNSAID

    def _refusal(self, answer: Answer) -> str:
        name, said = self._service.name, self._service.says(answer)
        if said:
            return say("{name} says: {said}", name=name, said=said[:_MOST_SAID])
        if answer.status in self._service.advice:
            return self._service.advice[answer.status]
        return say("{name} answered with {status}. Is the address right?", name=name, status=answer.status)


class _Cut(Exception):
    """An answer that ends in the middle, or is no JSON."""


def _answer(response: httpx2.Response) -> Answer:
    held = bytearray()
    for chunk in response.iter_bytes():
        held += chunk
        if len(held) > MOST_BYTES:
            raise Unanswered(
                say(
                    "One answer was larger than {n} MB, so it was not taken in.",
                    n=MOST_BYTES // 2**20,
                )
            )
    data = None
    if held and response.status_code != 304:
        try:
            data = json.loads(held)
        except (ValueError, RecursionError):
            if response.status_code < 400:
                raise _Cut(say("what came is no JSON; is there a sign-in page before it?")) from None
    links = response.links if "link" in response.headers else {}
    return Answer(response.status_code, response.headers, data, links.get("next", {}).get("url", ""))


def _header(answer: Answer, name: str) -> str:
    if name == "retry-after":
        return answer.headers.get(name, "")
    return answer.headers.get(f"x-ratelimit-{name}", "") or answer.headers.get(f"ratelimit-{name}", "")


def _seconds(said: str, *, moment: bool = False) -> float:
    """Return how long it is until then: said in seconds, as seconds since 1970, or as a date of one kind or the other."""
    now = datetime.now(UTC)
    try:
        number = float(said)
        if not math.isfinite(number):
            return _UNSAID
        return number - now.timestamp() if moment and number > 1e9 else number
    except ValueError:
        pass
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            found = read(said)
        except ValueError:
            continue
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() - now.timestamp()
    return _UNSAID
