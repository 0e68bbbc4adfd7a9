"""Where a picture comes from, signed into its file: a C2PA manifest, and the same said in XMP.

Signing touches no pixel. The same picture signed twice differs in the salts of the manifest's
assertions, which C2PA draws at random, in the hashes over them and in the signature over those; in
nothing else. `pixels_sha256` compares pictures. No time stamp is asked for, as that needs a
network, so a signature can be verified for as long as its certificate is valid.
(C2PA Technical Specification 2.2; IPTC Digital Source Type; IPTC Photo Metadata 2025.1.)
"""

import hashlib
import io
import uuid
from importlib.metadata import version
from pathlib import Path
from typing import Any

from PIL import Image, ImageSequence
from pydantic import BaseModel, ConfigDict, Field

from ...errors import BadInputError
from ...files import replacing_file
from ...settings import SigningSettings, load_settings
from .extra import paint_extra
from .signing_key import signing_key
from .xmp import mime_of, packet, with_packet

SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
"""IPTC's term for a picture composed of parts, some of them painted by a trained model."""
ASSERTION = "org.tastemaker.painting"
"""Label of our own assertion."""
ACTIONS = "c2pa.actions.v2"
READER_SETTINGS = {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_trust": True}
"""Nothing is ever fetched."""
_SHA256 = Field(pattern="^[0-9a-f]{64}$")


class Painting(BaseModel):
    """Our own assertion: how a picture was made. It has no place for whom it was made for."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())

    model: str
    """Name of the model that painted it."""
    model_sha256: str = _SHA256
    """Hash of its weights."""
    prompt_sha256: str = _SHA256
    """Hash of the prompt, UTF-8."""
    seed: int
    """Of the noise that it was painted from."""
    steps: int = Field(ge=1)
    """Steps of the sampler."""
    layout: str
    """Name and version of the layout."""
    item_sha256: str = _SHA256
    """Hash of the item's id, UTF-8."""


def sign(
    image: bytes,
    path: Path,
    painting: Painting,
    settings: SigningSettings | None = None,
    *,
    replace: bool = False,
) -> Path:
    """Write an encoded PNG, JPEG, WebP or GIF with its provenance inside; all or nothing.

    Args:
        image: the finished file's bytes; their pixels are kept as they are.
        settings: whose key signs; none: the effective settings'.
        replace: write over a file that is there.

    Raises:
        BadInputError: `path` exists, `image` is of another kind or has XMP already, or the
            configured key cannot be used.
        MissingError: a configured key is not there, or c2pa-python is not installed.
    """
    if path.exists() and not replace:
        raise BadInputError(f"{path} exists; name another file, or ask for it to be replaced.")
    key = signing_key(settings or load_settings().signing)
    try:
        described = with_packet(image, packet(SOURCE_TYPE, painting.model))
    except ValueError as error:
        raise BadInputError(f"{path.name} cannot be signed: {error}.") from error
    with paint_extra():
        import c2pa
    try:
        info = c2pa.C2paSignerInfo(key.algorithm, key.chain, key.key, None)
        signed = io.BytesIO()
        context = c2pa.Context.from_dict(_BUILDER_SETTINGS)
        with c2pa.Signer.from_info(info) as signer:
            builder = c2pa.Builder(_definition(described, painting), context=context)
            builder.sign(signer, str(mime_of(described)), io.BytesIO(described), signed)
    except c2pa.C2paError as error:
        raise BadInputError(
            f"{path.name} cannot be signed with the key that is configured ({error}); C2PA wants a"
            " certificate for digital signatures, with its authority's in the same file."
        ) from error
    with replacing_file(path) as temporary:
        temporary.write_bytes(signed.getvalue())
        temporary.chmod(0o644)  # temporary files are private
    return path


_BUILDER_SETTINGS: dict[str, Any] = {
    "version": 1,
    "builder": {
        "thumbnail": {"enabled": False},
        # Those that the signer vouches for; others would only be "gathered".
        "created_assertion_labels": [ACTIONS, ASSERTION],
    },
    "verify": READER_SETTINGS,
}


def _definition(image: bytes, painting: Painting) -> dict[str, Any]:
    """The manifest; its names are made from what it is about, so that they do not change."""
    digest = hashlib.sha256(image + painting.model_dump_json().encode()).digest()
    label, instance = (uuid.UUID(bytes=digest[at : at + 16], version=4) for at in (0, 16))
    agent = {"name": "Tastemaker", "version": version("tastemaker")}
    created = {"action": "c2pa.created", "digitalSourceType": SOURCE_TYPE, "softwareAgent": agent}
    return {
        "label": f"urn:c2pa:{label}",
        "instance_id": f"xmp:iid:{instance}",
        "claim_generator_info": [agent],
        "assertions": [
            {"label": ACTIONS, "data": {"actions": [created]}},
            {"label": ASSERTION, "data": painting.model_dump()},
        ],
    }


def pixels_sha256(path: Path) -> str:
    """Hash of what a picture shows: size and RGBA of each frame, not how it is stored."""
    digest = hashlib.sha256()
    with Image.open(path) as image:
        for frame in ImageSequence.Iterator(image):
            digest.update(f"{frame.width}x{frame.height};".encode())
            digest.update(frame.convert("RGBA").tobytes())
    return digest.hexdigest()
