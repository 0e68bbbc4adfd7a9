"""A web app over the forty films and a deterministic model."""

import io
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from PIL import Image
from tastemaker.agent.chats import Chats
from tastemaker.agent.web.app import create_app
from tastemaker.agent.web.service import Service
from tastemaker.generation.campaign.brief import Brief
from tastemaker.generation.campaign.making import Made
from tastemaker.generation.campaign.store import Row, content_hash, open_folder
from tastemaker.settings import Settings

MakeService = Callable[..., Service]


@pytest.fixture
def make_service(make_agent: Callable[..., Any], tmp_path: Path) -> MakeService:
    """`make_service(model, serve=…)`: an open service; services of one test share a database."""

    def make(*agent: Any, settings: Settings | None = None, **habits: Any) -> Service:
        chats = Chats(make_agent(*agent, **habits))
        service = Service(settings or Settings(), tmp_path / "campaigns", lambda: chats)
        service.open()
        return service

    return make


@pytest.fixture
def client(make_service: MakeService) -> Iterator[TestClient]:
    """A client of an app without pages, as a program on the same machine."""
    with ExitStack() as opened:
        app = create_app(make_service(), pages=False)
        yield opened.enter_context(TestClient(app, base_url="http://127.0.0.1:8000"))


MakeCampaign = Callable[..., Path]


@pytest.fixture
def make_campaign(tmp_path: Path) -> MakeCampaign:
    """`make_campaign(name, title=…, text=…)`: a campaign's folder that holds a copy, an image and
    an image that could not be made, all of one recipient and one item."""

    def make(
        name: str, *, title: str = "Spring", text: str = "Words", root: Path | None = None
    ) -> Path:
        brief = Brief.model_validate(
            {
                "name": title, "catalog": "films", "audience": {"users": ["u1"]},
                "items": {"recommended": 1}, "assets": {"copy": ["meta"], "images": ["square"]},
            }
        )  # fmt: skip
        picture = io.BytesIO()
        Image.new("RGB", (60, 60), "teal").save(picture, "PNG")
        copy = json.dumps({"headline": [text], "primary_text": [f"{text}."]}).encode()
        report = {"sketch": {"prompt": text}, "checks": []}
        path = (root or tmp_path / "campaigns") / name
        with open_folder(path, brief) as folder:
            for kind, target, content, ending in (
                ("copy", "meta", copy, ".json"),
                ("image", "square", picture.getvalue(), ".png"),
                ("image", "story", b"", ""),
            ):
                key = content_hash(f"{name}{text}{target}".encode())[:32]
                if content:
                    folder.keep(
                        Made(key=key, ending=ending, content=content, passed=True, report=report)
                    )
                folder.record(
                    Row(
                        id=f"user:u1|1|{kind}|{target}|0", recipient="user:u1",
                        recipient_title=text,
                        item_id="1", title=text, kind=kind, target=target, variant=0, key=key,
                        file=folder.relative(key, ending) if content else "",
                        sha256=content_hash(content), passed=bool(content),
                        error="" if content else text,
                    )
                )  # fmt: skip
        return path

    return make
