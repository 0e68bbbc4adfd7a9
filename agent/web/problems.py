"""Errors as HTTP answers, in the shape that OpenAI's clients read: one sentence, never a trace."""

import math

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from ...errors import (
    BadInputError,
    BusyError,
    DeniedError,
    LimitError,
    LLMError,
    MissingError,
    NotFoundError,
    OverloadedError,
    StorageError,
    TastemakerError,
)

STATUS: dict[type[TastemakerError], int] = {
    NotFoundError: 404,
    BadInputError: 400,
    DeniedError: 401,
    LimitError: 429,
    OverloadedError: 503,
    BusyError: 409,
    MissingError: 503,
    LLMError: 503,
    StorageError: 503,
}
"""The first that an error is an instance of."""
RETRY_SECONDS = "5"
_SAID = {
    404: "Nothing is at this address; /openapi.json lists what is.",
    405: "This address takes another method; /openapi.json lists which.",
}
"""Of requests that no endpoint takes."""


class Problem(BaseModel):
    """What went wrong."""

    message: str
    """One sentence that says what to do."""
    type: str
    """The kind of error: `BadInputError`, `NotFoundError`, …"""
    param: str | None = None
    """Which part of the request."""
    code: str | None = None
    """For programs."""


class ProblemAnswer(BaseModel):
    """The body of every answer with a status of 400 or more."""

    error: Problem
    """What went wrong."""


def status_of(error: TastemakerError) -> int:
    """The HTTP status of an error."""
    return next(status for kind, status in STATUS.items() if isinstance(error, kind))


def problem(status: int, message: str, kind: str, **more: str | None) -> JSONResponse:
    """An error as an answer."""
    body = ProblemAnswer(error=Problem(message=message, type=kind, **more))
    headers = {"Retry-After": RETRY_SECONDS} if status in (409, 429, 503) else None
    return JSONResponse(body.model_dump(), status, headers)


def bug() -> JSONResponse:
    """The answer to a request that met an error which nobody foresaw."""
    return problem(500, "Something went wrong here; it was noted.", "InternalError")


def refusal(error: TastemakerError) -> JSONResponse:
    """An error of ours as an answer."""
    answer = problem(status_of(error), str(error), type(error).__name__)
    if isinstance(error, LimitError):
        answer.headers["Retry-After"] = str(math.ceil(error.seconds))
    if isinstance(error, DeniedError):
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def answer_problems(app: FastAPI) -> None:
    """Have an app answer every error in this shape."""

    def ours(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, TastemakerError)
        return refusal(error)

    def invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        if first["type"] == "json_invalid":
            return problem(422, "The body is no JSON; send one object.", "BadInputError")
        where = ".".join(str(part) for part in first["loc"] if part not in ("body", "query"))
        said = f"{where}: {first['msg']}." if where else f"{first['msg']}."
        return problem(422, said, "BadInputError", param=where or None)

    def http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        said = _SAID.get(error.status_code, str(error.detail))
        answer = problem(error.status_code, said, "HTTPError")
        answer.headers.update(error.headers or {})
        return answer

    app.add_exception_handler(TastemakerError, ours)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
