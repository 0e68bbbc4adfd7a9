"""Small painted pictures made large: outlines traced where there are some, else resampled."""

from PIL import Image

from .extra import paint_extra

EDGE = 1024
"""Pixels of an enlarged picture's edge."""


def enlarged(picture: Image.Image, *, outlines: bool, edge: int = EDGE) -> Image.Image:
    """A square RGB picture `edge` pixels wide; one that is as large already is only resampled.

    `outlines`: the picture has flat colours and sharp edges, which are traced to curves
    (VTracer) and rendered anew, so that they stay sharp.
    """
    if outlines and picture.width < edge:
        picture = _traced(picture, edge)
    return picture.resize((edge, edge), Image.Resampling.LANCZOS)


def _traced(picture: Image.Image, edge: int) -> Image.Image:
    import io

    with paint_extra():
        import resvg_py
        import vtracer
    # Outlines are smoother when they are traced from more pixels than the painter gives.
    large = picture.resize((picture.width * 3, picture.height * 3), Image.Resampling.BICUBIC)
    data = io.BytesIO()
    large.save(data, "PNG")
    svg = vtracer.convert_raw_image_to_svg(
        data.getvalue(), img_format="png", colormode="color", hierarchical="stacked",
        mode="spline", filter_speckle=6, color_precision=6, layer_difference=12,
        corner_threshold=60, length_threshold=4.0, splice_threshold=45, path_precision=2,
    )  # fmt: skip
    png = resvg_py.svg_to_bytes(svg_string=svg, width=edge, height=edge, skip_system_fonts=True)
    drawn = Image.open(io.BytesIO(png)).convert("RGBA")
    # Hairline gaps between traced shapes would show what is behind: there is the picture itself.
    ground = large.resize(drawn.size, Image.Resampling.BICUBIC).convert("RGBA")
    return Image.alpha_composite(ground, drawn).convert("RGB")
