"""Traces of turns for those who run the server: nodes, tools, calls of the LLM, and their times.

Nothing is traced unless an OTLP/HTTP collector is named; what people and models say stays out of
traces unless the settings let it in.
"""

import logging
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from ....errors import MissingError
from ....settings import TracingSettings

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.trace.export import SpanExporter

SEND_SECONDS = 3.0
"""How long the collector may take for a batch, and the end of the process for the last one."""
TOLD = (
    "openinference.span.kind",
    "session.id",
    "metadata",
    "llm.model_name",
    "llm.provider",
    "llm.system",
    "llm.token_count",
    "tool.name",
)
"""How the attributes begin that hold nothing of what was said. `metadata` has the ids of the thread
and the turn, the catalogue and the tenant, and of a call of the LLM its prompt's name and hash."""

_log = logging.getLogger(__name__)


def start_tracing(settings: TracingSettings) -> Callable[[], None]:
    """Send a trace of each turn of this process to the collector, if one is named.

    Returns:
        What sends the rest and stops.

    Raises:
        MissingError: a collector is named, and the extra is not installed.
    """
    if settings.endpoint is None:
        return lambda: None
    try:
        from openinference.instrumentation.langchain import LangChainInstrumentor
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ModuleNotFoundError as error:
        raise MissingError(
            'Tracing needs an extra: pip install "tastemaker[trace]", or unset tracing.endpoint.'
        ) from error
    # Its lines come with every batch while the collector is away; `_sender` says it once.
    logging.getLogger("opentelemetry.exporter").setLevel(logging.CRITICAL)
    address = f"{settings.endpoint.rstrip('/')}/v1/traces"
    exporter = OTLPSpanExporter(endpoint=address, timeout=SEND_SECONDS)
    provider = TracerProvider(
        resource=Resource.create(
            {"service.name": "tastemaker", "service.version": version("tastemaker")}
        )
    )
    sender = _sender(exporter, settings.endpoint, contents=settings.contents)
    provider.add_span_processor(BatchSpanProcessor(sender))
    instrumentor = LangChainInstrumentor()
    instrumentor.instrument(tracer_provider=provider)

    def stop() -> None:
        instrumentor.uninstrument()
        provider.shutdown()

    return stop


def _sender(exporter: "SpanExporter", endpoint: str, *, contents: bool) -> "SpanExporter":
    """An exporter that leaves out what was said, and says once when the collector is away."""
    from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

    class Sender(SpanExporter):
        away = False

        def export(self, spans: "Sequence[ReadableSpan]") -> SpanExportResult:
            result = exporter.export(spans if contents else [_bare(span) for span in spans])
            away = result is not SpanExportResult.SUCCESS
            if away and not self.away:
                _log.warning("The collector at %s takes no traces; turns go on", endpoint)
            self.away = away
            return result

        def shutdown(self) -> None:
            exporter.shutdown()

    return Sender()


def _bare(span: "ReadableSpan") -> "ReadableSpan":
    """A span without what was said: known attributes only, no messages of exceptions."""
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.trace import Status

    attributes: dict[str, Any] = dict(span.attributes or {})
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes={key: value for key, value in attributes.items() if key.startswith(TOLD)},
        kind=span.kind,
        instrumentation_scope=span.instrumentation_scope,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
    )
