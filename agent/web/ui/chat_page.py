"""The chat page: one Gradio component, whose HTML, style and script are ours."""

from collections.abc import Iterator
from typing import Any

import gradio as gr

from ..service import Service
from .acts import acts
from .people import plain_request
from .rendering import shell
from .talking import View, opening, shown, talking

_SCRIPT = """
window.tastemaker(element, {opened: "opened", said: "said"}, trigger, props, server, watch)
"""
"""Names the events, and hands over to `static/chat.js`."""
_HEAD = '<script src="/static/chat.js"></script>'


def chat_page(service: Service) -> gr.Blocks:
    """The page over a service; mounted by `mount_pages`."""

    def opened(event: gr.EventData, request: gr.Request) -> Iterator[View]:
        yield from shown(opening, service, event._data, plain_request(request))

    def said(event: gr.EventData, request: gr.Request) -> Iterator[View]:
        yield from shown(talking, service, event._data, plain_request(request))

    with gr.Blocks(title="Tastemaker", analytics_enabled=False) as blocks:
        page: Any = gr.HTML(
            value={},
            html_template=shell(),
            js_on_load=_SCRIPT,
            head=_HEAD,
            apply_default_css=False,
            server_functions=list(acts(service)),
            elem_id="tm-page",
        )
        for listen, work in ((page.opened, opened), (page.said, said)):
            listen(
                work, None, page, show_progress="hidden", trigger_mode="multiple",
                concurrency_limit=None, api_visibility="private",
            )  # fmt: skip
    blocks.queue(default_concurrency_limit=None, api_open=False)
    return blocks
