"""Signing in and out, and who sits at a browser."""

import base64
import json
import re
import stat
from pathlib import Path
from typing import Any

import pytest
from fastapi import Request
from fastapi.testclient import TestClient
from pydantic import SecretStr, ValidationError
from tastemaker.agent.web.app import create_app
from tastemaker.agent.web.guards.callers import current_caller
from tastemaker.agent.web.guards.limits import LOGINS_PER_MINUTE
from tastemaker.agent.web.guards.sessions import guest_name, signing_secret
from tastemaker.errors import MissingError
from tastemaker.settings import ServeSettings, Settings

SEES = {"Accept": "text/html"}


@pytest.fixture
def browser(service, open_client):
    """A browser that follows no redirect by itself, at an app that tells who it takes it for."""
    app = create_app(service, pages=False)

    @app.get("/who")
    def who(request: Request) -> dict[str, Any]:
        return {"guest": guest_name(request), **current_caller(request).model_dump()}

    return open_client(app, follow_redirects=False)


def test_a_guest_keeps_their_name(browser: TestClient, open_client) -> None:
    first = browser.get("/who").json()
    assert re.fullmatch("guest-[0-9a-f]{16}", first["guest"])
    assert browser.get("/who").json() == first and first["tenant"] == "local"
    assert open_client(browser.app).get("/who").json()["guest"] != first["guest"]


def test_signing_in_and_out(browser: TestClient, service) -> None:
    shown = service.keys.add("acme")
    away = browser.get("/who", headers=SEES)
    assert (away.status_code, away.headers["location"]) == (303, "/login")
    assert browser.get("/who").status_code == 401
    signed = browser.post("/login", data={"key": f" {shown} "})
    assert (signed.status_code, signed.headers["location"]) == (303, "/chat/")
    cookie = signed.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie and "secure" not in cookie
    assert shown.split("_", 2)[2].lower() not in cookie
    assert browser.get("/who").json()["tenant"] == "acme"
    assert browser.post("/logout").headers["location"] == "/login"
    assert browser.get("/who").status_code == 401


def test_a_wrong_key_signs_nobody_in(browser: TestClient, service) -> None:
    service.keys.add("acme")
    for data in ({"key": "tm_x_y"}, {"key": ""}, {}):
        refused = browser.post("/login", data=data)
        assert (refused.status_code, refused.headers["location"]) == (303, "/login?failed=1")
    assert browser.get("/who").status_code == 401


def test_guessing_is_slow(browser: TestClient, service) -> None:
    shown = service.keys.add("acme")
    tried = [browser.post("/login", data={"key": "x"}) for _ in range(LOGINS_PER_MINUTE)]
    assert {one.status_code for one in tried} == {303}
    refused = browser.post("/login", data={"key": shown})
    assert refused.status_code == 429 and int(refused.headers["retry-after"]) >= 1


def test_a_revoked_key_ends_its_sessions(browser: TestClient, service) -> None:
    shown = service.keys.add("acme")
    browser.post("/login", data={"key": shown})
    assert browser.get("/who").status_code == 200
    service.keys.revoke(shown.split("_")[1])
    assert browser.get("/who").status_code == 401


def test_a_cookie_of_ones_own_making_counts_nothing(browser: TestClient, service) -> None:
    shown = service.keys.add("acme")
    session = base64.b64encode(json.dumps({"key": shown.split("_")[1]}).encode()).decode()
    for value in (session, f"{session}.aaaaaa.{'b' * 27}", "null", "\\"):
        browser.cookies.set("tastemaker", value)
        assert browser.get("/who").status_code == 401


def test_who_was_here_before_is_forgotten_at_signing_in(browser: TestClient, service) -> None:
    before = browser.get("/who").json()["guest"]
    browser.post("/login", data={"key": service.keys.add("acme")})
    assert browser.get("/who").json()["guest"] != before


def test_over_https_the_cookie_is_for_this_host_alone(make_service, open_client) -> None:
    service = make_service(settings=Settings(serve=ServeSettings(https=True)))
    client = open_client(service, base_url="https://127.0.0.1")
    answer = client.get("/v1/models", headers=SEES)
    assert answer.headers["set-cookie"].startswith("__Host-tastemaker=")
    assert "; secure" in answer.headers["set-cookie"]
    assert "max-age" in answer.headers["strict-transport-security"]


def test_the_signing_secret_is_drawn_once_and_private(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = signing_secret(Settings(), home)
    assert len(first.get_secret_value()) >= 43
    assert signing_secret(Settings(), home) == first
    (file,) = home.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    named = Settings(serve=ServeSettings(session_secret=SecretStr("shared" * 8)))
    assert signing_secret(named, home).get_secret_value() == "shared" * 8
    assert signing_secret(Settings(), None) != signing_secret(Settings(), None)


def test_a_home_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MissingError, match="TASTEMAKER_SERVE__SESSION_SECRET"):
        signing_secret(Settings(), tmp_path / "file")


@pytest.mark.parametrize("short", ["", "shared"])
def test_a_secret_that_could_be_guessed_signs_nothing(tmp_path: Path, short: str) -> None:
    with pytest.raises(ValidationError, match="32"):
        ServeSettings(session_secret=SecretStr(short))
    (tmp_path / "session-secret").write_text(short)
    with pytest.raises(MissingError, match="is cut off; delete it"):
        signing_secret(Settings(), tmp_path)
