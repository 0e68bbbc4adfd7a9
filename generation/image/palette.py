"""Palettes: the colours of a picture, their tints and shades, and how far apart two colours are."""

import threading
from typing import Any

import numpy as np
from PIL import Image, ImageColor

from .extra import paint_extra

_SIDE = 96
_SAME = 8.0
_ALONE = threading.Lock()


def palette_of(picture: Image.Image, count: int = 5) -> list[str]:
    """The main colours of a picture, `#rrggbb`, the most important first: `count` at most.

    k-means in CIELAB. A colour is as important as its share of the picture, and more so the more
    chromatic it is, so that a white ground does not come before what stands on it. Colours that
    look alike (CIEDE2000 under 8) are one.
    """
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    small = picture.convert("RGB").resize((_SIDE, _SIDE), Image.Resampling.BOX)
    points = _color().rgb2lab(np.asarray(small)).reshape(-1, 3)
    clusters = min(count, len(np.unique(np.asarray(small).reshape(-1, 3), axis=0)))
    # One at a time, on one thread: threads would add in any order, and the limit is the process's.
    with _ALONE, threadpool_limits(1):
        fitted = KMeans(clusters, n_init="auto", random_state=0)
        labels = fitted.fit_predict(points)
    share = np.bincount(labels, minlength=clusters) / len(points)
    centres = fitted.cluster_centers_
    importance = share * (0.2 + np.hypot(centres[:, 1], centres[:, 2]) / 60)
    found: list[str] = []
    for index in np.argsort(-importance, kind="stable"):
        colour = _hex(centres[index])
        if all(colour_distance(colour, other) >= _SAME for other in found):
            found.append(colour)
    return found


def colour_distance(one: str, other: str) -> float:
    """CIEDE2000 between two colours `#rrggbb`: 1 is just seen, 100 is black to white."""
    return float(_color().deltaE_ciede2000(_lab(one), _lab(other)))


def with_lightness(colour: str, lightness: float, chroma: float = 200) -> str:
    """A tint or shade: a colour's hue at a CIELAB lightness from 0 to 100, its chroma bounded."""
    _, a, b = _lab(colour)
    kept = min(1.0, chroma / max(float(np.hypot(a, b)), 1e-9))
    return _hex(np.array([lightness, a * kept, b * kept]))


def chroma_of(colour: str) -> float:
    """CIELAB chroma: 0 for greys, about 100 for the strongest colours."""
    _, a, b = _lab(colour)
    return float(np.hypot(a, b))


def _lab(colour: str) -> np.ndarray:
    return _color().rgb2lab(np.array(ImageColor.getrgb(colour)[:3]) / 255)


def _hex(lab: np.ndarray) -> str:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # colours outside sRGB are clipped, as meant
        rgb = np.rint(_color().lab2rgb(lab) * 255).astype(int)
    return "#" + "".join(f"{channel:02x}" for channel in rgb)


def _color() -> Any:
    with paint_extra():
        from skimage import color

    return color
