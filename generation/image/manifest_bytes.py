"""The bytes of an embedded C2PA manifest that its own hashes leave out: are they as we write them?

A manifest's signature covers its claim, the claim its assertions, and they the picture. Left over
are names and lengths of boxes, padding, and the wrapping that the file format asks for. They say
nothing, but a file in which one of them was changed is not the file that was signed.
(C2PA 2.2, "Embedding manifests"; JUMBF, ISO 19566-5.)
"""

import re
import struct
import zlib

_PADDING = re.compile(rb"cpad(?:\x58(.)|\x59(..))(\0*)\xf6", re.DOTALL)
"""In the COSE signature's unprotected header: a CBOR byte string of zeros; then no payload."""
_UUID = bytes.fromhex("00110010800000aa00389b71")
"""Of every type of box, after the four letters that tell it."""
_PLAIN, _SALTED = b"\x03", b"\x13"
"""What a description box has: a name; a name and a salt."""
_GIF = b"\x21\xff\x0bC2PA_GIF\x01\0\0"


def as_written(region: bytes, mime: str, label: str) -> bool:
    """Whether a manifest's region of a file is byte for byte what signing writes there.

    Args:
        region: what the manifest's data hash excludes.
        mime: kind of the file.
        label: the manifest's own label.
    """
    at = region.find(b"jumb") - 4
    if at < 0:
        return False
    rest = _unblocked(region[at - 1 :]) if mime == "image/gif" else region[at:]
    store = rest[: struct.unpack(">I", rest[:4])[0]]
    return _wrapped(store, mime) == region and _well_formed(store, label)


def _well_formed(store: bytes, label: str) -> bool:
    try:
        (whole,) = _boxes(store)
        manifest = _named(whole, b"c2pa", "c2pa")
        assertions, claim, signature = _named(manifest[0], b"c2ma", label)
        stated = _named(assertions, b"c2as", "c2pa.assertions")
        _named(claim, b"c2cl", "c2pa.claim.v2")
        ((_, cose),) = _named(signature, b"c2cs", "c2pa.signature")
        padding = _PADDING.search(cose)
        described = [_boxes(content)[0][1] for _, content in stated]
    except (ValueError, IndexError, struct.error):
        return False
    return (
        len(manifest) == 1
        and padding is not None
        and int.from_bytes(padding[1] or padding[2], "big") == len(padding[3])
        and all(one.startswith(b"cbor" + _UUID + _SALTED) for one in described)
    )


def _named(box: tuple[bytes, bytes], kind: bytes, name: str) -> list[tuple[bytes, bytes]]:
    """What is in a superbox after its description; ValueError where that is another."""
    described, *content = _boxes(box[1])
    if (box[0], *described) != (b"jumb", b"jumd", kind + _UUID + _PLAIN + f"{name}\0".encode()):
        raise ValueError(f"this is no {name}")
    return content


def _boxes(data: bytes) -> list[tuple[bytes, bytes]]:
    """(type, content) of the boxes that fill `data` exactly; ValueError where they do not."""
    boxes, at = [], 0
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        if size < 8 or at + size > len(data):
            raise ValueError("a box leaves its place")
        boxes.append((kind, data[at + 8 : at + size]))
        at += size
    return boxes


def _wrapped(store: bytes, mime: str) -> bytes:
    """A manifest store as the format embeds it; one JPEG segment is enough without thumbnails."""
    if mime == "image/png":
        body = b"caBX" + store
        return struct.pack(">I", len(store)) + body + struct.pack(">I", zlib.crc32(body))
    if mime == "image/webp":
        return b"C2PA" + struct.pack("<I", len(store)) + store  # what pads it is hashed
    if mime == "image/gif":
        parts = [store[at : at + 255] for at in range(0, len(store), 255)]
        return _GIF + b"".join(bytes([len(part)]) + part for part in parts) + b"\0"
    return b"\xff\xeb" + struct.pack(">H", len(store) + 10) + b"JP\x02\x11\0\0\0\x01" + store


def _unblocked(data: bytes) -> bytes:
    """What GIF sub-blocks hold, from a length byte on."""
    out, at = b"", 0
    while at < len(data) and data[at]:
        out += data[at + 1 : at + 1 + data[at]]
        at += 1 + data[at]
    return out
