"""Every list as CSV, safe to open in a spreadsheet."""

import csv
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime

from django.http import StreamingHttpResponse

_BEGINS = frozenset("=+-@＝＋－＠")  # with which a formula begins, also as written in East Asia


class _Echo:
    def write(self, line: str) -> str:
        return line


def csv_of[R](
    name: str, columns: dict[str, Callable[[R], object]], rows: Iterable[R]
) -> StreamingHttpResponse:
    """Answer with a table; columns : title to what it takes from a row."""

    def lines() -> Iterator[str]:
        writer = csv.writer(_Echo())
        yield "\ufeff" + writer.writerow(list(columns))  # so that spreadsheets read it as UTF-8
        for row in rows:
            yield writer.writerow([cell(take(row)) for take in columns.values()])

    answer = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def cell(value: object) -> str:
    """Write a value; what a spreadsheet would take for a formula gets a quote before it."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    return f"'{text}" if text.lstrip()[:1] in _BEGINS or text[:1] in {"\t", "\r", "\n"} else text
