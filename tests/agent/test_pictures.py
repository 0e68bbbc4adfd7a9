"""What a person may show: read as people see it, kept small, everything else refused."""

import os
import re
import struct
import threading
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from tastemaker.agent import pictures
from tastemaker.agent.pictures import LONGEST_EDGE, MAX_BYTES, PictureStore
from tastemaker.catalog.images import MAX_PIXELS
from tastemaker.errors import BadInputError

MOVES = ["Your picture moves; I look at its first frame."]
RED, BLUE = (16, 0, 0), (0, 0, 16)


@pytest.fixture
def store(tmp_path: Path) -> PictureStore:
    return PictureStore(tmp_path / "kept")


@pytest.fixture
def scene() -> Image.Image:
    """Red left, blue right, 80 x 60."""
    image = Image.new("RGB", (80, 60), "red")
    image.paste("blue", (40, 0, 80, 60))
    return image


def packed(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    """The bytes of a file."""
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def claiming(width: int, height: int, bits: int = 1, body: bytes = b"") -> bytes:
    """A grey PNG whose header claims a size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, 0)
    data = zlib.compress(body)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def sides(store: PictureStore, picture: str) -> list[tuple[int, ...]]:
    """A pixel from the left and one from the right of what was kept, in steps of 16."""
    path = store.path(picture)
    assert path is not None
    with Image.open(path) as image:
        assert (image.format, image.mode) == ("PNG", "RGB") and max(image.size) <= LONGEST_EDGE
        at = [(int(image.width * share), image.height // 2) for share in (0.25, 0.75)]
        pixels = [image.getpixel(one) for one in at]
    return [tuple(round(value / 16) for value in pixel) for pixel in pixels]


def one_sentence(said: str) -> bool:
    return bool(re.fullmatch(r"[^\n]{9,399}\.", said)) and not re.search(r"\w[.!?] ", said)


def refused(store: PictureStore, source: str | Path | bytes, *words: str) -> None:
    """One sentence for the person, and nothing is kept."""
    before = sorted(store.folder.glob("*"))
    with pytest.raises(BadInputError) as caught:
        store.take(source)
    said = str(caught.value)
    assert one_sentence(said), said
    assert all(word in said for word in words), said
    assert sorted(store.folder.glob("*")) == before


def test_a_file_its_path_and_its_bytes_are_one_picture(
    store: PictureStore, scene: Image.Image, tmp_path: Path
):
    body = packed(scene)
    (tmp_path / "a.png").write_bytes(body)
    taken = {store.take(source)[0] for source in (body, tmp_path / "a.png", f"{tmp_path}/a.png")}
    # The pixels count, not the file.
    taken |= {store.take(packed(scene, compress_level=0))[0], store.take(packed(scene, "GIF"))[0]}
    assert len(taken) == 1 and len(list(store.folder.iterdir())) == 1
    assert sides(store, taken.pop()) == [RED, BLUE]
    other = scene.copy()
    other.putpixel((0, 0), (0, 255, 0))
    assert store.take(packed(other)) != store.take(body)


def test_sizes_are_told_apart(store: PictureStore):
    """Pixel for pixel the same bytes, in other rows."""
    plain = {store.take(packed(Image.new("RGB", size, "red")))[0] for size in ((4, 3), (3, 4))}
    assert len(plain) == 2


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_every_format_is_read(store: PictureStore, scene: Image.Image, kind: str):
    picture, notes = store.take(packed(scene, kind, quality=95))
    left, right = sides(store, picture)
    assert notes == [] and left[0] >= 14 and right[2] >= 14


def test_what_is_kept_is_small_and_without_its_data(store: PictureStore):
    exif = Image.Exif()
    exif[0x010E] = "my address"
    picture, _ = store.take(packed(Image.new("RGB", (2800, 2100), "red"), "JPEG", exif=exif))
    path = store.path(picture)
    assert path is not None and b"address" not in path.read_bytes()
    with Image.open(path) as image:
        assert image.size == (LONGEST_EDGE, LONGEST_EDGE * 3 // 4) and not image.getexif()


def test_a_turned_photo_comes_upright(store: PictureStore, scene: Image.Image):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: show it rotated by 90 degrees clockwise
    lying = scene.transpose(Image.Transpose.ROTATE_90)
    picture, _ = store.take(packed(lying, "JPEG", exif=exif, quality=95))
    left, right = sides(store, picture)
    assert left[0] >= 14 and right[2] >= 14


def test_ink_depth_and_transparency(store: PictureStore, scene: Image.Image):
    ink = Image.new("CMYK", (80, 60), (255, 0, 0, 0))  # cyan takes the red away
    ink.paste((0, 0, 0, 0), (40, 0, 80, 60))
    picture, _ = store.take(packed(ink, "JPEG", quality=100))
    assert sides(store, picture) == [(0, 16, 16), (16, 16, 16)]
    deep = Image.new("I;16", (80, 60), 0x8000)
    assert sides(store, store.take(packed(deep))[0]) == [(8, 8, 8)] * 2
    scene.putalpha(0)
    assert sides(store, store.take(packed(scene))[0]) == [(16, 16, 16)] * 2


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_of_what_moves_the_first_frame_is_kept(store: PictureStore, scene: Image.Image, kind: str):
    frames = [Image.new("RGB", scene.size, colour) for colour in ("green", "white")]
    body = packed(scene, kind, save_all=True, append_images=frames, lossless=True)
    picture, notes = store.take(body)
    assert notes == MOVES and sides(store, picture) == [RED, BLUE]


def test_a_photo_that_carries_a_second_one_does_not_move(store: PictureStore, scene: Image.Image):
    """As phones write them, with a depth or gain map behind the photo."""
    body = packed(scene, "MPO", save_all=True, append_images=[scene.convert("L")], quality=95)
    with Image.open(BytesIO(body)) as image:
        assert image.n_frames == 2
    picture, notes = store.take(body)
    assert notes == [] and sides(store, picture)[0][0] >= 14


def test_damage_behind_the_first_frame_is_no_error(store: PictureStore, scene: Image.Image):
    body = packed(scene, "GIF", save_all=True, append_images=[Image.new("RGB", scene.size)])
    for cut in range(len(body) - 12, len(body)):
        assert sides(store, store.take(body[:cut])[0]) == [RED, BLUE]


def test_what_is_no_image_is_refused(store: PictureStore, scene: Image.Image, tmp_path: Path):
    bodies = {
        "empty.png": b"",
        "page.png": b"<html>no image</html>",
        "drawing.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><image href='/etc/passwd'/></svg>",
        "cut.jpg": packed(scene, "JPEG")[:-150],
        "cut.png": packed(scene)[:-60],
        "head.jpg": packed(scene, "JPEG")[:20],
        "other.tiff": packed(scene, "TIFF"),
        "other.bmp": packed(scene, "BMP"),
        "hollow.png": claiming(50, 50),
        "nothing.png": claiming(0, 10),
    }
    for name, body in bodies.items():
        (tmp_path / name).write_bytes(body)
        refused(store, tmp_path / name, name)
        refused(store, body, "The picture")
    refused(store, b"", "empty")


def test_bombs_are_refused_unopened(store: PictureStore, tmp_path: Path):
    """200 megapixels of one bit are 25 kB; as RGB they would be 600 MB."""
    bomb = claiming(20_000, 10_000, body=bytes(20_000 // 8 + 1) * 10_000)
    assert len(bomb) < 50_000 and MAX_PIXELS < 20_000 * 10_000
    refused(store, bomb, "The picture has more than 100,000,000 pixels")
    refused(store, claiming(10_001, 10_000), "100,000,000 pixels")
    refused(store, claiming(2**31 - 1, 2**31 - 1))
    (tmp_path / "bomb.png").write_bytes(bomb)
    refused(store, tmp_path / "bomb.png", "bomb.png")


def test_one_is_decoded_at_a_time(store: PictureStore, scene: Image.Image):
    """A hundred megapixels take a gigabyte, and many may send some at once."""
    with pictures._DECODING:
        taking = threading.Thread(target=store.take, args=(packed(scene),), daemon=True)
        taking.start()
        taking.join(0.2)
        assert taking.is_alive()
    taking.join(10)
    assert not taking.is_alive()


def test_a_large_file_is_refused_unread(store: PictureStore, scene: Image.Image, tmp_path: Path):
    path = tmp_path / "large.png"
    path.write_bytes(packed(scene))
    os.truncate(path, MAX_BYTES)  # sparse: it takes no space
    picture, _ = store.take(path)
    assert sides(store, picture) == [RED, BLUE]
    os.truncate(path, MAX_BYTES + 1)
    refused(store, path, "large.png", "50 MB")


@pytest.mark.parametrize(
    "address",
    [
        "http://example.com/a.png",
        "https://example.com/a.png",
        "HTTPS://EXAMPLE.COM/a.png",
        "file:///etc/passwd",
        "data:image/png;base64,iVBORw0KGgo=",
        "ftp://example.com/a.png",
        "https://",
        "https://[",
        "https://[::1]/a.png",
        "http://169.254.169.254/latest/meta-data",
    ],
)
def test_addresses_are_refused_by_default(store: PictureStore, address: str):
    refused(store, address, "not fetched", "agent.picture_hosts")


@pytest.mark.parametrize(
    "address",
    [
        "http://example.com/a.png",
        "https://example.com.evil.org/a.png",
        "https://evil.org/example.com/a.png",
        "https://example.com@evil.org/a.png",
        "https://evil.org#@example.com/a.png",
        "https://www.example.com/a.png",
        "file://example.com/etc/passwd",
        "ftp://example.com/a.png",
    ],
)
def test_an_allowed_host_is_allowed_over_https_and_by_its_whole_name(tmp_path: Path, address: str):
    store = PictureStore(tmp_path / "kept", hosts=["Example.com"])
    refused(store, address, "not fetched")


def test_an_allowed_host_that_cannot_be_reached_is_one_sentence(tmp_path: Path):
    """Nothing listens at port 1 of this machine."""
    store = PictureStore(tmp_path / "kept", hosts=["127.0.0.1"])
    refused(store, "https://127.0.0.1:1/a.png", "could not be fetched")
    refused(store, "https://127.0.0.1:99999/a.png", "could not be fetched")


def test_paths_stay_within_their_folder(scene: Image.Image, tmp_path: Path, monkeypatch):
    inside, outside = tmp_path / "in", tmp_path / "in-other"
    (inside / "deep").mkdir(parents=True)
    outside.mkdir()
    for path in (inside / "a.png", inside / "deep" / "b.png", outside / "c.png"):
        path.write_bytes(packed(scene))
    (inside / "leads-out.png").symlink_to(outside / "c.png")
    (inside / "folder").symlink_to(outside)
    (inside / "leads-in.png").symlink_to("a.png")
    monkeypatch.setenv("HOME", str(outside))
    monkeypatch.chdir(inside)
    store = PictureStore(tmp_path / "kept", within=inside)
    for source in (
        outside / "c.png",
        inside / ".." / "in-other" / "c.png",
        inside / "leads-out.png",
        inside / "folder" / "c.png",
        "../in-other/c.png",
        "~/c.png",
        "/etc/passwd",
        "/etc/no-such-file",
        "/",
    ):
        refused(store, source, "outside the folder")
    good = {inside / "a.png", "a.png", inside / "deep" / ".." / "a.png", inside / "leads-in.png"}
    assert len({store.take(source)[0] for source in (*good, "deep/b.png")}) == 1
    anywhere = PictureStore(tmp_path / "kept")
    assert {anywhere.take(one)[0] for one in ("~/c.png", "../in-other/c.png")} == {
        store.take("a.png")[0]
    }


@pytest.mark.parametrize(
    "path",
    ["", ".", "..", "/", "gone.png", "a\0.png", "x" * 5000, "\ud800.png", "~nobody-here/a.png",
     "/dev/zero", "/proc/self/mem", "/proc/self/environ", "loop", "pipe"],
    ids=ascii,
)  # fmt: skip
@pytest.mark.parametrize("bounded", [True, False])
def test_what_is_no_file_is_refused(tmp_path: Path, monkeypatch, path: str, bounded: bool):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "loop").symlink_to("loop")
    os.mkfifo(tmp_path / "pipe")
    store = PictureStore(tmp_path / "kept", within=tmp_path if bounded else None)
    refused(store, path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_refused(
    store: PictureStore, scene: Image.Image, tmp_path: Path
):
    (tmp_path / "a.png").write_bytes(packed(scene))
    (tmp_path / "a.png").chmod(0)
    refused(store, tmp_path / "a.png", "a.png", "cannot be read")


@pytest.mark.parametrize(
    "picture",
    ["", "x", "../x", "../secret", "..", "/etc/passwd", "a/b", "a.png", "\0", "f" * 31, "f" * 33,
     "f" * 5000, "F" * 32, "０" * 32],
    ids=ascii,
)  # fmt: skip
def test_only_ids_are_found(store: PictureStore, scene: Image.Image, picture: str):
    known, _ = store.take(packed(scene))
    (store.folder.parent / "secret.png").write_bytes(packed(scene))
    (store.folder / "x.png").write_bytes(packed(scene))
    assert store.path(picture) is None
    assert store.path(known) == store.folder / f"{known}.png" and len(known) == 32
    assert store.path("0" * 32) is None
    (store.folder / f"{known}.png").unlink()
    assert store.path(known) is None


STARTS = [b"", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\x20\0\0\0WEBP"]


def judged(store: PictureStore, body: bytes) -> None:
    """Refused in one sentence, or kept as a small picture."""
    try:
        picture, notes = store.take(body)
    except BadInputError as error:
        assert one_sentence(str(error)), error
    else:
        assert len(sides(store, picture)) == 2 and notes in ([], MOVES)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from(STARTS), st.binary(max_size=200))
def test_any_bytes_are_kept_or_refused(store: PictureStore, start: bytes, body: bytes):
    judged(store, start + body)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    kind=st.sampled_from(["JPEG", "PNG", "GIF", "WEBP", "MPO"]),
    at=st.integers(0, 10_000),
    byte=st.integers(0, 255),
    cut=st.integers(0, 40),
)
def test_any_damage_is_kept_or_refused(
    store: PictureStore, scene: Image.Image, kind: str, at: int, byte: int, cut: int
):
    more = {} if kind == "JPEG" else {"save_all": True, "append_images": [scene.rotate(90)]}
    body = bytearray(packed(scene, kind, **more))
    body[at % len(body)] = byte
    judged(store, bytes(body[: len(body) - cut]))
