"""`/metrics` as Prometheus reads it, computed from the store when it is asked for.

The registry is made anew for each answer, so nothing is remembered of what is gone; beside our own
it has prometheus-client's figures about the process (memory, files, start).
"""

from collections.abc import Iterable, Sequence

from fastapi import APIRouter, Request
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector

from syncd.admin.access import Reader
from syncd.admin.desk import AtDesk
from syncd.admin.measures import METRICS, Sample, samples
from syncd.admin.refusals import DECLINED
from syncd.vendor_http import Tally

router = APIRouter(tags=["health"])


class _Collected(Collector):
    """Samples that were read, as families."""

    def __init__(self, found: Sequence[Sample]) -> None:
        self._found = found

    def collect(self) -> Iterable[Family]:
        """The families in the order of the list."""
        for metric in METRICS:
            kind = CounterMetricFamily if metric.kind == "counter" else GaugeMetricFamily
            family = kind(metric.name, metric.meaning, labels=metric.labels)
            for each in self._found:
                if each.name == metric.name:
                    family.add_metric(each.labels, float(each.value))
            yield family


@router.get(
    "/metrics",
    response_class=Response,
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}},
        **{status: DECLINED[status] for status in (401, 403, 429, 503)},
    },
)
def metrics(request: Request, desk: AtDesk, _reader: Reader) -> Response:
    """Everything that can be measured, as Prometheus text."""
    tally: Tally = request.app.state.tally
    found = desk.read(samples, desk.settings(), tally.counts(), now=desk.clock())
    registry = CollectorRegistry()
    registry.register(_Collected(found))
    ProcessCollector(registry=registry)
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
