"""Gradio's own look, where any of it shows: plain, and without fonts from elsewhere."""

from gradio.themes import Base

_SANS = ("Instrument Sans", "system-ui", "sans-serif")
_MONO = ("ui-monospace", "monospace")


def theme() -> Base:
    """The theme; what people see of the page is styled by `static/chat.css`."""
    return Base(font=_SANS, font_mono=_MONO).set(
        body_background_fill="#f6f4ef", body_background_fill_dark="#151518",
        body_text_color="#1d1b18", body_text_color_dark="#eeeae2",
    )  # fmt: skip
