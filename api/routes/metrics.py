"""What Prometheus reads: plain numbers, counted where things happen, told when asked for.

Each process tells its own; `pid` names it.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from fastapi import APIRouter, FastAPI, Request, Response
from prometheus_client import CollectorRegistry, Histogram, Info, generate_latest
from prometheus_client import Counter as Counted
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import Scope

from api.errors import NotReady
from api.queries.corpus import find_corpus
from api.store.engine import open_session

if TYPE_CHECKING:
    from api.routes.manners import Manners

router = APIRouter()


class Metrics:
    """The numbers of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.in_flight = 0
        self.refused: Counter[str] = Counter()
        self._requests = Counted(
            "opis_requests",
            "Requests that the routes answered: neither the cache nor a row did",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "opis_request_seconds",
            "How long the routes took to answer, waiting included",
            ("route",),
            registry=self.registry,
        )
        Info("opis_process", "The process that tells this", registry=self.registry).info(
            {"pid": str(os.getpid())}
        )

    def observe(self, scope: Scope, status: int, seconds: float) -> None:
        """Count one request that came as far as the routes."""
        route = getattr(scope.get("route"), "path", "none")
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._requests.labels(method, route, status).inc()
        self._seconds.labels(route).observe(seconds)

    def watch(self, app: FastAPI, manners: Manners) -> None:
        """Tell of the application's other parts as well."""
        self.registry.register(_Parts(app, manners, self))


_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class _Parts(Collector):
    """Cache, corpus, load and limits, read when they are asked for."""

    def __init__(self, app: FastAPI, manners: Manners, metrics: Metrics) -> None:
        self.app = app
        self.manners = manners
        self.metrics = metrics

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand: the names are all in one place."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Every number."""
        manners = self.manners
        cache = manners.cache
        yield _counter("opis_cache_hits", "Answers that the cache gave", cache.hits)
        yield _counter("opis_cache_misses", "Answers that it did not have", cache.misses)
        yield _counter(
            "opis_cache_evictions", "Answers that had to go for lack of room", cache.evictions
        )
        yield _gauge("opis_cache_bytes", "About what its answers take", cache.size)
        yield _gauge("opis_cache_entries", "Answers kept", len(cache))
        yield _gauge("opis_cache_variants", "Compressed forms kept", cache.count_variants())
        yield _counter(
            "opis_lean_answers", "Answers made from a row, past the routes", manners.lean_answers
        )
        yield _gauge(
            "opis_in_flight_requests", "Requests that routes are answering", self.metrics.in_flight
        )
        refused = CounterMetricFamily(
            "opis_refused_requests",
            "Requests sent away before a route saw them",
            labels=("problem",),
        )
        for kind in ("bad-host", "busy", "too-much", "too-slow"):
            refused.add_metric([kind], self.metrics.refused[kind])
        yield refused
        yield from self._load()
        yield from self._corpus()

    def _load(self) -> Iterable[Metric]:
        service = self.app.state.service
        yield _gauge("opis_load_failed", "1 where the last load failed", bool(service.failure))
        report = service.report
        if report is None:
            return
        yield _gauge("opis_load_loaded_records", "Records that the last load read", report.loaded)
        yield _gauge("opis_load_refused_files", "Files that it refused", len(report.refused))
        yield _gauge("opis_load_seconds", "How long it took", report.seconds)
        yield _gauge("opis_load_timestamp_seconds", "When it ended", service.ended_at or 0)

    def _corpus(self) -> Iterable[Metric]:
        try:
            with open_session(self.app.state.engine) as session:
                corpus = find_corpus(session)
        except (NotReady, SQLAlchemyError):
            yield _gauge("opis_corpus_readable", "Whether there is a corpus to read", 0)
            return
        yield _gauge("opis_corpus_readable", "Whether there is a corpus to read", 1)
        yield _gauge("opis_corpus_generation", "Its generation", corpus.generation)
        loaded = datetime.fromisoformat(corpus.loaded_at).timestamp()
        yield _gauge("opis_corpus_loaded_timestamp_seconds", "When it was loaded", loaded)
        for what in ("records", "paragraphs", "entities", "mentions"):
            yield _gauge(f"opis_corpus_{what}", f"How many {what} it has", getattr(corpus, what))
        index = self.app.state.indexes.generation
        yield _gauge("opis_index_generation", "Generation of the open search index", index)


def _counter(name: str, told: str, value: float) -> Metric:
    return CounterMetricFamily(name, told, value=value)


def _gauge(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(name, told, value=value)


@router.get("/metrics", include_in_schema=False)
def read_metrics(request: Request) -> Response:
    """This process's numbers as Prometheus reads them."""
    metrics: Metrics = request.app.state.metrics
    return Response(
        generate_latest(metrics.registry),
        headers={"Cache-Control": "no-store", "Content-Type": CONTENT_TYPE_PLAIN_0_0_4},
    )
