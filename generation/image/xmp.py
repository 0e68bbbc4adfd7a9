"""XMP packets in image files: put in without touching a pixel, found again by scanning.

Where each format keeps one: XMP Specification Part 3 (ISO 16684-1), 1.1 JPEG, PNG, GIF, WebP.
"""

import re
import struct
import zlib
from xml.sax.saxutils import escape

MARKS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
"""How files begin; WebP, whose mark has its length inside, is told apart below."""
DESCRIPTION = "Made with a generative model"
"""What people read in the file's description."""
_PACKET = re.compile(rb"<\?xpacket begin=.*?<\?xpacket end=\"[rw]\"\?>", re.DOTALL)
_SOURCE = re.compile(rb"<Iptc4xmpExt:DigitalSourceType>([^<]*)</Iptc4xmpExt:DigitalSourceType>")


def mime_of(data: bytes) -> str | None:
    """The kind of image that a file is by its first bytes; none: no PNG, JPEG, WebP or GIF."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((mime for mark, mime in MARKS.items() if data.startswith(mark)), None)


def packet(source_type: str, model: str) -> bytes:
    """An XMP packet that says by what a picture was made.

    Args:
        source_type: a term of IPTC's vocabulary of digital source types.
        model: what painted it.
    """
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{DESCRIPTION}</rdf:li></rdf:Alt></dc:description>
<xmp:CreatorTool>Tastemaker</xmp:CreatorTool>
<Iptc4xmpExt:DigitalSourceType>{escape(source_type)}</Iptc4xmpExt:DigitalSourceType>
<Iptc4xmpExt:AISystemUsed>{escape(model)}</Iptc4xmpExt:AISystemUsed>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>""".encode()  # noqa: E501


def source_type_of(data: bytes) -> str | None:
    """The digital source type that a file's XMP states; none where it states none."""
    for found in _PACKET.finditer(data):
        if stated := _SOURCE.search(found.group()):
            return stated.group(1).decode("utf-8", "replace").strip()
    return None


def with_packet(data: bytes, xmp: bytes) -> bytes:
    """An encoded image with an XMP packet inside, its pixels untouched.

    Raises:
        ValueError: it is no PNG, JPEG, WebP or GIF, or has an XMP packet already.
    """
    if _PACKET.search(data):
        raise ValueError("there is an XMP packet already")
    put = {
        "image/png": _in_png,
        "image/jpeg": _in_jpeg,
        "image/webp": _in_webp,
        "image/gif": _in_gif,
    }
    if (mime := mime_of(data)) is None:
        raise ValueError("this is no PNG, JPEG, WebP or GIF")
    return put[mime](data, xmp)


def _in_png(data: bytes, xmp: bytes) -> bytes:
    body = b"iTXt" + b"XML:com.adobe.xmp\0\0\0\0\0" + xmp
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return data[:33] + chunk + data[33:]  # after the header, which is 8 + 25 bytes


def _in_jpeg(data: bytes, xmp: bytes) -> bytes:
    body = b"http://ns.adobe.com/xap/1.0/\0" + xmp
    segment = b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
    at = 2
    if data[2:4] == b"\xff\xe0":  # JFIF wants to come first
        at += 2 + struct.unpack(">H", data[4:6])[0]
    return data[:at] + segment + data[at:]


def _in_gif(data: bytes, xmp: bytes) -> bytes:
    # A reader that skips sub-blocks may land anywhere in the packet; each byte of the trailer
    # leads it to the end.
    trailer = b"\x01" + bytes(range(255, -1, -1)) + b"\0"
    block = b"\x21\xff\x0bXMP DataXMP" + xmp + trailer
    flags = data[10]
    at = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    return b"GIF89a" + data[6:at] + block + data[at:]


def _in_webp(data: bytes, xmp: bytes) -> bytes:
    chunks = data[12:]
    if chunks[:4] != b"VP8X":
        chunks = _webp_header(chunks) + chunks
    flags = struct.pack("<B", chunks[8] | 0x04)  # there is XMP
    chunks = chunks[:8] + flags + chunks[9:]
    chunks += b"XMP " + struct.pack("<I", len(xmp)) + xmp + b"\0" * (len(xmp) % 2)
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks


def _webp_header(chunks: bytes) -> bytes:
    """The VP8X chunk that a simple file lacks: flags and size (WebP container specification)."""
    content = chunks[8:]
    if chunks[:4] == b"VP8L":
        bits = struct.unpack("<I", content[1:5])[0]
        width, height, alpha = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, bits >> 28 & 1
    else:
        width, height = (edge & 0x3FFF for edge in struct.unpack("<HH", content[6:10]))
        alpha = 0
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"VP8X" + struct.pack("<IB3x", 10, alpha << 4) + size
