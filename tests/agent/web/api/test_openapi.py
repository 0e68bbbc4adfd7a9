"""Every endpoint against its own description: no 5xx, and answers are as they are said to be.

TASTEMAKER_FUZZ_EXAMPLES sets how many requests each endpoint gets.
"""

import os
from collections import Counter

import hypothesis
import schemathesis
from hypothesis import strategies
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tastemaker.agent.web.app import create_app
from tastemaker.agent.web.guards.callers import OPEN
from tastemaker.settings import ServeSettings, Settings

EXAMPLES = int(os.environ.get("TASTEMAKER_FUZZ_EXAMPLES", "4"))
OURS = (
    "/v1/models", "/v1/chat", "/v1/recommendations", "/v1/items", "/v1/paintings", "/v1/feedback",
    "/v1/threads", "/healthz", "/readyz",
)  # fmt: skip
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_headers_conformance, response_schema_conformance,
]  # fmt: skip


def operations(app):
    """What this folder serves: path and method -> its description."""
    return {
        (path, method): operation
        for path, methods in app.openapi()["paths"].items()
        if path.startswith(OURS)
        for method, operation in methods.items()
    }


def test_every_endpoint_is_described(shared_client):
    found = operations(shared_client.app)
    assert len(found) > 20
    for where, operation in found.items():
        for part in ("summary", "description", "tags"):
            assert operation.get(part), (where, part)
        for parameter in operation.get("parameters", []):
            described = parameter.get("description") or where[0].startswith("/v1/models")
            assert described, (where, parameter["name"])
        if where[0] not in OPEN:
            assert {"400", "401", "422", "429", "503"} <= set(operation["responses"]), where
            for status, answer in operation["responses"].items():
                if status >= "400":
                    schema = answer["content"]["application/json"]["schema"]
                    assert schema["$ref"].endswith("/ProblemAnswer"), (where, status)


def test_every_field_is_described(shared_client):
    schemas = shared_client.app.openapi()["components"]["schemas"]
    mine = ("Answered", "Completion", "CompletionRequest", "ShownItem", "ThreadRecord", "Readiness")
    for name in mine:
        for field, schema in schemas[name]["properties"].items():
            assert schema.keys() & {"description", "$ref"}, (name, field)


def what_is_there(service):
    """Values by name that a request may hold, of a conversation that is there."""
    chats = service.chats
    ann = chats.person("of the description")
    threads = chats.threads(ann)
    if not threads:
        list(chats.say(ann, "a comedy", turn="t-1"))
        threads = chats.threads(ann)
    return {
        "thread": threads[0].id, "turn": "t-1", "user": ann.name, "item_id": "1",
        "model": "tastemaker", "messages": [{"role": "user", "content": "a comedy"}],
        "tools": None, "functions": None, "n": None, "response_format": None,
    }  # fmt: skip


def try_operation(operation, known):
    """Send requests of every kind; returns how often each status came."""
    answers = Counter()
    kinds = [operation.as_strategy(generation_mode=mode) for mode in GenerationMode]

    @hypothesis.settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(hypothesis.HealthCheck),
    )  # fmt: skip
    @hypothesis.given(case=strategies.one_of(kinds), real=strategies.booleans())
    def try_it(case, real):
        if real:  # half of the requests name what is there
            for part in (case.path_parameters, case.query, case.body):
                if isinstance(part, dict):
                    part.update({name: known[name] for name in known if name in part})
        answers[case.call_and_validate(checks=CHECKS).status_code] += 1

    try_it()
    return answers


def test_what_the_description_allows(make_service):
    service = make_service(settings=Settings(serve=ServeSettings(hosts=["testserver"])))
    app = create_app(service, pages=False)
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    found = schema.include(path_regex="^(" + "|".join(OURS) + ")").get_all_operations()
    answers = {}
    for operation in (one.ok() for one in found):
        answers[operation.label] = try_operation(operation, what_is_there(service))
        print(operation.label, dict(answers[operation.label]))
    assert len(answers) == len(operations(app))
    served = [label for label, statuses in answers.items() if min(statuses) < 300]
    assert len(served) > len(answers) / 2
