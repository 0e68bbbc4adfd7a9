"""A packet goes into every format, pixels stay, and other readers find it."""

import io
from xml.etree import ElementTree

import pytest
from PIL import Image
from tastemaker.generation.image.xmp import mime_of, packet, source_type_of, with_packet

SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
TURNED = Image.linear_gradient("L").resize((33, 21)).rotate(180).convert("RGB")
KINDS = [
    ("PNG", "RGB", {}),
    ("PNG", "RGBA", {}),
    ("JPEG", "RGB", {}),
    ("JPEG", "L", {}),
    ("WEBP", "RGB", {}),
    ("WEBP", "RGB", {"lossless": True}),
    ("WEBP", "RGBA", {"lossless": True}),
    ("WEBP", "RGB", {"save_all": True, "append_images": [TURNED]}),
    ("GIF", "RGB", {}),
    ("GIF", "RGB", {"save_all": True, "append_images": [TURNED]}),
]


def frames(data: bytes) -> list[bytes]:
    with Image.open(io.BytesIO(data)) as image:
        found = []
        for at in range(getattr(image, "n_frames", 1)):
            image.seek(at)
            found.append(image.convert("RGBA").tobytes())
        return found


@pytest.mark.parametrize(("kind", "mode", "options"), KINDS)
def test_the_packet_is_found_and_no_pixel_changes(encoded, kind: str, mode: str, options: dict):
    plain = encoded(kind, mode, **options)
    described = with_packet(plain, packet(SOURCE, "a <model> & more"))
    assert frames(described) == frames(plain)
    assert source_type_of(described) == SOURCE and source_type_of(plain) is None
    assert mime_of(described) == mime_of(plain) == f"image/{kind.lower()}"
    if kind != "GIF":  # Pillow keeps no XMP of GIF
        tree = ElementTree.fromstring(Image.open(io.BytesIO(described)).info["xmp"])
        texts = {one.tag.split("}")[1]: one.text for one in tree.iter()}
        assert texts["DigitalSourceType"] == SOURCE
        assert texts["AISystemUsed"] == "a <model> & more"
        assert texts["li"] == "Made with a generative model"


def test_a_second_packet_is_refused(encoded):
    described = with_packet(encoded("PNG"), packet(SOURCE, "x"))
    with pytest.raises(ValueError, match="already"):
        with_packet(described, packet(SOURCE, "x"))


def test_other_files_are_refused():
    assert mime_of(b"") is None and mime_of(b"RIFF1234WAVE") is None
    with pytest.raises(ValueError, match="no PNG"):
        with_packet(b"%PDF-1.7", b"")
