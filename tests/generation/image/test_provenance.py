"""Signed files verify in every format; a changed byte or a manifest that is gone is noticed."""

import io
import re
import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from pydantic import ValidationError
from tastemaker.errors import BadInputError
from tastemaker.generation.image.provenance import SOURCE_TYPE, Painting, pixels_sha256, sign
from tastemaker.generation.image.verifying import verify
from tastemaker.settings import SigningSettings

KINDS = ["PNG", "JPEG", "WEBP", "GIF"]


@pytest.fixture
def signed(data: Path, tmp_path: Path, encoded, painting: Painting):
    """`signed("PNG")`: a signed file, and what it was made of."""

    def make(kind: str, **options) -> Path:
        return sign(
            encoded(kind, **options), tmp_path / f"a.{kind.lower()}", painting, replace=True
        )

    return make


@pytest.mark.parametrize("kind", KINDS)
def test_a_signed_file_verifies(signed, encoded, tmp_path: Path, painting: Painting, kind: str):
    path = signed(kind)
    verdict = verify(path)
    assert verdict.ok and verdict.problems == [] and verdict.test_key
    assert verdict.painting == painting and (verdict.model, verdict.seed) == (painting.model, 7)
    assert verdict.digital_source_type == SOURCE_TYPE
    plain = tmp_path / "plain"
    plain.write_bytes(encoded(kind))
    assert pixels_sha256(path) == pixels_sha256(plain)
    assert path.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("kind", KINDS)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(at=st.integers(0, 1 << 30), bit=st.integers(0, 7))
def test_any_changed_bit_is_noticed(signed, tmp_path: Path, kind: str, at: int, bit: int):
    path = tmp_path / f"once.{kind}"
    if not path.exists():
        path.write_bytes(signed(kind).read_bytes())
    changed = bytearray(path.read_bytes())
    changed[at % len(changed)] ^= 1 << bit
    other = tmp_path / "changed"
    other.write_bytes(changed)
    try:
        verdict = verify(other)
    except BadInputError as error:  # of the first bytes, which say what kind of file it is
        assert "is no PNG" in str(error)
    else:
        assert not verdict.ok and verdict.problems and verdict.painting is None


@pytest.mark.parametrize("kind", KINDS)
def test_every_byte_of_the_padding_counts(signed, tmp_path: Path, kind: str):
    data = signed(kind).read_bytes()
    found = re.search(rb"cpad", data)
    assert found
    for at in (found.end() + 2, found.end() + 50, found.end() + 700):
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        (tmp_path / "changed").write_bytes(changed)
        verdict = verify(tmp_path / "changed")
        assert not verdict.ok and "changed after it was signed" in " ".join(verdict.problems)


def test_what_was_changed_is_said(signed, tmp_path: Path):
    data = signed("PNG").read_bytes()
    (tmp_path / "pixels").write_bytes(data[:-20] + bytes([data[-20] ^ 1]) + data[-19:])
    assert verify(tmp_path / "pixels").problems == [
        "The picture is not the one that was signed: the file was changed after it was signed."
    ]
    (tmp_path / "longer").write_bytes(data + b"x")
    assert "not the one that was signed" in verify(tmp_path / "longer").problems[0]
    (tmp_path / "shorter").write_bytes(data[: len(data) // 2])
    assert not verify(tmp_path / "shorter").ok


def test_a_removed_manifest_is_noticed(signed, encoded, tmp_path: Path):
    data = signed("PNG").read_bytes()
    at = data.index(b"caBX") - 4
    (size,) = struct.unpack(">I", data[at : at + 4])
    stripped = tmp_path / "stripped.png"
    stripped.write_bytes(data[:at] + data[at + 12 + size :])
    with Image.open(stripped) as image:
        image.load()
    assert "no C2PA manifest" in verify(stripped).problems[0]
    saved = tmp_path / "saved.jpg"
    saved.write_bytes(encoded("JPEG"))
    assert not verify(saved).ok


def test_the_manifest_of_another_picture_does_not_fit(signed, tmp_path: Path):
    data = signed("PNG").read_bytes()
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    stream = io.BytesIO()
    picture.rotate(180).save(stream, "PNG")
    at = data.index(b"caBX") - 4
    (size,) = struct.unpack(">I", data[at : at + 4])
    other = stream.getvalue()
    moved = tmp_path / "moved.png"
    moved.write_bytes(other[:33] + data[at : at + 12 + size] + other[33:])
    assert "not the one that was signed" in verify(moved).problems[0]


def test_a_test_key_of_another_machine_does_not_count(
    signed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = signed("PNG")
    authority = tmp_path / "data" / "signing" / "test-certificate.pem"
    monkeypatch.setenv("TASTEMAKER_DATA_DIR", str(tmp_path / "elsewhere"))
    verdict = verify(path)
    assert not verdict.ok and verdict.test_key
    assert "a test key of another machine" in verdict.problems[0]
    assert verify(path, SigningSettings(trusted=authority)).ok


def test_signing_twice_differs_in_salts_hashes_and_signature_only(signed, encoded):
    path = signed("PNG")
    first, pixels = path.read_bytes(), pixels_sha256(path)
    second = signed("PNG").read_bytes()
    assert pixels_sha256(path) == pixels and len(first) == len(second)
    names = [re.findall(rb"urn:c2pa:[0-9a-f-]{36}", data)[0] for data in (first, second)]
    assert names[0] == names[1]
    differing = sum(one != other for one, other in zip(first, second, strict=True))
    assert differing <= 3 * 16 + 3 * 32 + 64 + 4  # salts, hashes, signature, PNG's checksum


def test_nothing_is_overwritten_silently(signed, encoded, painting: Painting):
    path = signed("PNG")
    before = path.read_bytes()
    with pytest.raises(BadInputError, match="exists"):
        sign(encoded("PNG"), path, painting)
    with pytest.raises(BadInputError, match="cannot be signed"):
        sign(b"no image", path, painting, replace=True)
    with pytest.raises(BadInputError, match="XMP packet already"):
        sign(before, path, painting, replace=True)
    assert path.read_bytes() == before and len(list(path.parent.glob(".a.png*"))) == 0


def test_what_is_no_picture_is_refused(data: Path, tmp_path: Path):
    (tmp_path / "notes.txt").write_text("hello")
    for path, told in [
        ("notes.txt", "is no PNG"),
        ("gone.png", "no file"),
        (".", "cannot be read"),
    ]:
        with pytest.raises(BadInputError, match=told):
            verify(tmp_path / path)


def test_the_assertion_has_no_place_for_a_person(painting: Painting):
    with pytest.raises(ValidationError):
        Painting.model_validate({**painting.model_dump(), "user": "u7"})
    with pytest.raises(ValidationError):
        Painting.model_validate({**painting.model_dump(), "item_sha256": "The Fugitive"})
