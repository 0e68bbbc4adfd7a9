"""OpenAI's own client, and a picture to send."""

import base64
import io
from collections.abc import Callable, Iterator

import openai
import pytest
from PIL import Image
from tastemaker.agent.web.service import Service


@pytest.fixture
def openai_client(serve: Callable[[Service], str], service: Service) -> Iterator[openai.OpenAI]:
    """The official client, at a server over `service`."""
    with openai.OpenAI(base_url=f"{serve(service)}/v1", api_key="none", max_retries=0) as client:
        yield client


@pytest.fixture
def picture_url() -> str:
    """A small picture as a data URL."""
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
