"""Finds what a directory asks for: by the database where it can, and exactly by the filter in any case."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Model, Q, QuerySet
from scim2_models import ListResponse, Resource, ScimFilter, SearchRequest
from scim2_models.path.expressions import (
    CompareOperator,
    Comparison,
    FilterNode,
    LogicalExpr,
    LogicalOperator,
)

from followspot.directory.resources import MOST


@dataclass(frozen=True, slots=True)
class Shelf:
    """One kind of resource: where it is found, how it is shown, and the verbs on it.

    columns : where a filter on an attribute can be answered by the database. filled : what was sent, with what
        directories leave out.
    """

    model: Any
    rows: Callable[[], QuerySet[Any]]
    shown: Callable[[Any], Any]
    columns: Mapping[str, Sequence[str]]
    filled: Callable[[dict[str, Any]], dict[str, Any]]
    make: Callable[..., Any]
    change: Callable[..., Any]
    remove: Callable[..., None]


def found(asked: SearchRequest[Any], shelves: Sequence[Shelf]) -> ListResponse[Any]:
    """Return one page of what a filter lets through, in the order that was asked for."""
    begin, size = asked.start_index_0 or 0, min(MOST if asked.count is None else asked.count, MOST)
    if asked.filter is None and asked.sort_by is None and len(shelves) == 1:
        rows = shelves[0].rows()
        total, page = rows.count(), [shelves[0].shown(row) for row in rows[begin : begin + size]]
    else:
        every = asked.sort([it for shelf in shelves for it in _let_through(asked.filter, shelf)])
        total, page = len(every), every[begin : begin + size]
    models = reduce(or_, (shelf.model for shelf in shelves))
    told = {"total_results": total, "start_index": begin + 1, "items_per_page": len(page), "resources": page}
    listed: ListResponse[Any] = ListResponse[models](**told)  # type: ignore[valid-type]
    return listed


def _let_through(wanted: ScimFilter[Any] | None, shelf: Shelf) -> Iterator[Resource[Any]]:
    rows = shelf.rows()
    near = rows if wanted is None else narrowed(rows, wanted.ast, shelf.columns)
    return (it for it in map(shelf.shown, near) if wanted is None or wanted.match(it))


def narrowed[M: Model](
    rows: QuerySet[M], node: FilterNode, columns: Mapping[str, Sequence[str]]
) -> QuerySet[M]:
    """Return fewer rows, among them all that a filter lets through: a directory of thousands asks for one at a time."""
    if isinstance(node, LogicalExpr) and node.op == LogicalOperator.and_:
        for term in node.terms:
            rows = narrowed(rows, term, columns)
    elif isinstance(node, Comparison) and node.op == CompareOperator.eq and isinstance(node.value, str):
        name = ".".join(filter(None, (node.attr_path.attr, node.attr_path.sub_attr))).casefold()
        return _equal(rows, columns.get(name, ()), node.value)
    return rows


def _equal[M: Model](rows: QuerySet[M], columns: Sequence[str], value: str) -> QuerySet[M]:
    if columns == ("pk",):
        return rows.filter(pk=int(value)) if value.isdecimal() and len(value) < 18 else rows.none()
    either = reduce(or_, (Q(**{column: value}) for column in columns), Q())
    return rows.filter(either).distinct()
