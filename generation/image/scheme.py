"""Which colour of a palette does what in an image: fields, letters, accent."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from .palette import chroma_of, colour_distance, with_lightness

_APART = 25.0
_OFF = 18.0


class Scheme(NamedTuple):
    """Colours `#rrggbb` by what they do."""

    ground: str
    """The field that text stands on."""
    panel: str
    """Behind a picture that has a plain light ground of its own."""
    dark: str
    """Shade for letters on light, and for scrims."""
    light: str
    """Tint for letters on dark."""
    accent: str
    """The call's button, the rule, the frame."""


def scheme_of(
    palette: Sequence[str], ground: Literal["light", "dark", "main"], beside: str | None = None
) -> Scheme:
    """Roles for a palette of one colour or more, the most important first.

    A `main` ground is the first that stands off the colour `beside` it, the picture's edge. The
    accent is the most chromatic colour that stands off the ground (CIEDE2000 of 25 or more), else
    the letters' shade or tint.
    """
    main = palette[0]
    panel = with_lightness(main, 90, 18)
    off = [one for one in palette if colour_distance(one, beside or panel) >= _OFF]
    dark, light = with_lightness(main, 11, 18), with_lightness(main, 98, 4)
    grounds = {
        "light": with_lightness(main, 96.5, 6),
        "dark": with_lightness(main, 13, 20),
        "main": off[0] if off else dark,
    }
    field = grounds[ground]
    apart = [one for one in palette if colour_distance(one, field) >= _APART]
    ink = max((dark, light), key=lambda one: colour_distance(one, field))
    return Scheme(
        ground=field,
        panel=panel,
        dark=dark,
        light=light,
        accent=max(apart, key=chroma_of) if apart else ink,
    )
