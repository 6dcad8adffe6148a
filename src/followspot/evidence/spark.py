"""The same expressions on a Spark cluster, for what one machine no longer holds.

Ibis speaks to Spark already. What differs here is what our readings rest on: timestamps with a zone stay apart from those of
the team's clock, keys have 64 bits, and answers come as Arrow, so that no large number passes through a floating one.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.schema as sch
import ibis.expr.types as ir
import pyarrow as pa
import pyspark.sql.types as pt
import sqlglot.expressions as sge
from ibis.backends.pyspark import Backend
from ibis.backends.pyspark import datatypes as columns
from ibis.backends.sql import datatypes as spelled
from ibis.backends.sql.compilers.pyspark import PySparkCompiler
from ibis.formats.pyarrow import PyArrowData
from py4j.protocol import Py4JError
from pyspark import SparkContext
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from followspot.errors import BadInput
from followspot.evidence import spark_source
from followspot.evidence.table import must_be_a_zone

_COLUMNS = "at timestamp, activity string, actor string, object string, about array<string>, to array<string>, value double, unit string, invited_by string, key string"
_lock = threading.Lock()


class _Spelled(spelled.PySparkType):
    """A timestamp without a zone is one for Spark, too."""

    @classmethod
    def from_ibis(cls, dtype: dt.DataType) -> sge.DataType:
        if dtype.is_timestamp() and dtype.timezone is None:
            return sge.DataType(this=sge.DataType.Type.TIMESTAMPNTZ)
        spelled_out: sge.DataType = super().from_ibis(dtype)
        return spelled_out


class _Columns(columns.PySparkType):
    @classmethod
    def to_ibis(cls, typ: pt.DataType, nullable: bool = True) -> dt.DataType:
        if isinstance(typ, pt.TimestampType):
            return dt.Timestamp("UTC", nullable=nullable)
        found: dt.DataType = super().to_ibis(typ, nullable)
        return found


class _Compiler(PySparkCompiler):
    """Says on Spark what the same expression says on DuckDB."""

    __slots__ = ()
    type_mapper = _Spelled
    SIMPLE_OPS = {ops.Hash: "xxhash64", ops.ArrayIndex: "get"}  # noqa: RUF012 - as Ibis declares it

    def __sql_name__(self, op: Any) -> str:
        name = super().__sql_name__(op)
        return "arrays_overlap" if name == "list_has_any" else name

    def visit_TimestampTruncate(self, op: Any, *, arg: Any, unit: Any) -> Any:
        """Without a zone there is no midnight that a clock skips."""
        if op.dtype.timezone is None:
            return self.cast(
                self.f.trunc(arg, unit.singular) if unit.short != "D" else self.cast(arg, dt.date), op.dtype
            )
        return super().visit_TimestampTruncate(op, arg=arg, unit=unit)

    def visit_ExtractEpochSeconds(self, op: Any, *, arg: Any) -> Any:
        """Count on the team's clock and with fractions, as DuckDB does."""
        begin = self.cast(sge.convert("1970-01-01"), dt.timestamp)
        unit = sge.Var(this="MICROSECOND")
        return self.f.anon.timestampdiff(unit, begin, self.cast(arg, dt.timestamp)) / sge.convert(1e6)


class Engine(Backend):
    """A session of the cluster as our expressions want it."""

    compiler = _Compiler()

    def get_schema(
        self, table_name: str, *, catalog: str | None = None, database: str | None = None
    ) -> sch.Schema:
        """Return the columns of a view."""
        return sch.Schema(_Columns.to_ibis(self._session.table(table_name).schema))

    def create_table(self, name: str, /, obj: pa.Table, *, temp: bool = True) -> ir.Table:
        """Lay a small table down for this session alone."""
        self._session.createDataFrame(obj).createOrReplaceTempView(name)
        return self.table(name)

    def to_pyarrow(self, expr: ir.Expr, /, **asked: Any) -> Any:
        """Return the answer as Arrow."""
        self._run_pre_execute_hooks(expr)
        table = expr.as_table()
        found = self.raw_sql(self.compile(table, **asked)).toArrow()
        return expr.__pyarrow_result__(PyArrowData.convert_table(found, table.schema()))


Engine.register_options()


def connect(master: str, zone: str = "UTC") -> Engine:
    """Return an engine on the cluster whose days are those of a time zone.

    master : like spark://host:7077. One application a process, begun at the first call and kept.
    """
    must_be_a_zone(zone)
    engine: Engine = Engine().connect(_application(master).newSession())
    engine._session.conf.set("spark.sql.session.timeZone", zone)
    return engine


def _application(master: str) -> SparkSession:
    with _lock:
        there = SparkContext._active_spark_context
        if there is not None and there._jsc.sc().isStopped():  # its cluster went away; it may be back
            there.stop()
        # A worker with the same image has it in the same place.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        try:
            session = (
                SparkSession.builder.master(master)
                .appName("followspot")
                .config("spark.ui.enabled", "false")  # it would show what is asked, with names in it
                .getOrCreate()
            )
        except (Py4JError, PySparkException, OSError) as error:
            raise BadInput(f"{master}: no Spark answers there ({error}).") from None
        return session


def open_segments(engine: Engine, store: str, listed: Sequence[tuple[str, int]]) -> ir.Table:
    """Return the events of segments as one table, read on the workers.

    store : where they lie, as a URL, or "" for files that every worker finds under the same path, which Spark reads by itself.
    listed : path and rows of each.
    """
    session = engine._session
    name = f"segments_{secrets.token_hex(4)}"
    if not store:
        frame = session.read.schema(_COLUMNS).parquet(*(Path(path).as_uri() for path, _ in listed))
    else:
        session.dataSource.register(spark_source.named(name))
        told = {"store": store, "segments": json.dumps(list(listed))}
        frame = session.read.format(name).schema(_COLUMNS).options(**told).load()
    frame.createOrReplaceTempView(name)
    return engine.table(name)
