"""Whether a picture's signature holds: nothing was changed, and somebody who counts signed it."""

import io
import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from ...errors import BadInputError
from ...settings import SigningSettings, load_settings
from .extra import paint_extra
from .manifest_bytes import as_written
from .provenance import ACTIONS, ASSERTION, READER_SETTINGS, SOURCE_TYPE, Painting
from .signing_key import TEST_NAME, trusted_certificates
from .xmp import mime_of, source_type_of

_CHANGED = "the file was changed after it was signed"
_SENTENCES = {
    "assertion.dataHash.mismatch": f"The picture is not the one that was signed: {_CHANGED}.",
    "assertion.hashedURI.mismatch": f"What the manifest states does not fit its hash: {_CHANGED}.",
    "claimSignature.mismatch": f"The signature does not fit the manifest: {_CHANGED}.",
    "claimSignature.outsideValidity": "It was signed with a certificate that is not valid now.",
    "signingCredential.expired": "The signer's certificate has expired.",
    "signingCredential.invalid": "The signer's certificate is not one that C2PA allows.",
}


class Verdict(BaseModel):
    """What a picture's file says about itself, and whether that can be believed."""

    model_config = ConfigDict(extra="forbid", protected_namespaces=())

    file: str
    """Its name."""
    ok: bool
    """Whether it can: it is as it was signed, by somebody who counts here."""
    problems: list[str]
    """Why not, as sentences."""
    signer: str | None = None
    """Common name in the signer's certificate."""
    test_key: bool = False
    """Whether a test key signed it; such a signature counts on the machine that made the key."""
    digital_source_type: str | None = None
    """IPTC's term, as the manifest states it."""
    model: str | None = None
    """Name of the model that painted it."""
    seed: int | None = None
    """Of the noise that it was painted from."""
    painting: Painting | None = None
    """All that our own assertion says."""


def verify(path: Path, settings: SigningSettings | None = None) -> Verdict:
    """Check the signature, the hashes, our own assertion and the XMP of a picture's file.

    Args:
        settings: whose signatures count; none: the effective settings'.

    Raises:
        BadInputError: it is no file, or no PNG, JPEG, WebP or GIF.
        MissingError: a configured certificate is not there, or c2pa-python is not installed.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise BadInputError(f"There is no file {path}.") from error
    except OSError as error:
        raise BadInputError(f"{path} cannot be read ({error.strerror}).") from error
    if (mime := mime_of(data)) is None:
        raise BadInputError(f"{path} is no PNG, JPEG, WebP or GIF.")
    stated, problems = _read(data, mime, trusted_certificates(settings or load_settings().signing))
    verdict = Verdict(file=path.name, ok=False, problems=problems)
    if stated is not None:
        _judge(verdict, stated, data, mime)
    verdict.ok = not verdict.problems
    return verdict


def _read(data: bytes, mime: str, trusted: str) -> tuple[dict[str, Any] | None, list[str]]:
    """The manifest store as c2pa reads and validates it, or why it cannot be read."""
    with paint_extra():
        import c2pa
    settings: dict[str, Any] = {"version": 1, "verify": READER_SETTINGS}
    if trusted:
        settings["trust"] = {"user_anchors": trusted}
    try:
        context = c2pa.Context.from_dict(settings)
    except c2pa.C2paError as error:
        raise BadInputError(
            f"The trusted certificates cannot be used ({error}); correct"
            " TASTEMAKER_SIGNING__TRUSTED or TASTEMAKER_SIGNING__CERTIFICATE."
        ) from error
    try:
        with c2pa.Reader(mime, io.BytesIO(data), context=context) as reader:
            stated = json.loads(reader.detailed_json())
    except c2pa.C2paError as error:
        if str(error).startswith("ManifestNotFound"):
            return None, [
                "It carries no C2PA manifest: it was never signed, or the manifest was removed."
            ]
        stated = {}
    if "active_manifest" not in stated:
        return None, [f"Its C2PA manifest cannot be read: {_CHANGED}, or is cut off."]
    return stated, []


def _judge(verdict: Verdict, stated: dict[str, Any], data: bytes, mime: str) -> None:
    label = stated["active_manifest"]
    manifest = stated["manifests"][label]
    assertions = manifest["assertion_store"]
    verdict.signer = manifest.get("signature", {}).get("common_name")
    verdict.test_key = verdict.signer == TEST_NAME
    problems = verdict.problems
    problems += _signature_problems(stated, verdict)
    if not problems and not _untouched(manifest, data, mime, label):
        problems.append(f"The manifest's own bytes are not as they were written: {_CHANGED}.")
    if problems:  # then nothing that it says can be believed
        return
    verdict.digital_source_type = _created_as(assertions)
    if verdict.digital_source_type != SOURCE_TYPE:
        problems.append("Its manifest does not say that a generative model took part in making it.")
    try:
        verdict.painting = Painting.model_validate(assertions.get(ASSERTION))
        verdict.model, verdict.seed = verdict.painting.model, verdict.painting.seed
    except ValidationError:
        problems.append("Its manifest does not say how Tastemaker painted it.")
    if source_type_of(data) != verdict.digital_source_type:
        problems.append("Its XMP metadata does not say the same about its source as its manifest.")


def _signature_problems(stated: dict[str, Any], verdict: Verdict) -> list[str]:
    results = stated.get("validation_results", {}).get("activeManifest", {})
    problems = []
    for failure in results.get("failure", []):
        code = failure["code"]
        if code != "signingCredential.untrusted":
            problems.append(_SENTENCES.get(code, f"C2PA refuses it: {failure['explanation']}."))
    if not problems and stated.get("validation_state") != "Trusted":
        who = f"by {verdict.signer!r}" if verdict.signer else "by somebody unnamed"
        means = (
            "a test key of another machine"
            if verdict.test_key
            else "whom this machine does not trust; if you do, name the certificate"
            " of their authority in TASTEMAKER_SIGNING__TRUSTED"
        )
        problems.append(f"It was signed {who}, {means}.")
    return list(dict.fromkeys(problems))


def _untouched(manifest: dict[str, Any], data: bytes, mime: str, label: str) -> bool:
    excluded = manifest["assertion_store"].get("c2pa.hash.data", {}).get("exclusions", [])
    named = f"self#jumbf=/c2pa/{label}/c2pa.signature"  # as the signed claim names its manifest
    if len(excluded) != 1 or manifest["claim"].get("signature") != named:
        return False
    start, length = excluded[0]["start"], excluded[0]["length"]
    return as_written(data[start : start + length], mime, label)


def _created_as(assertions: dict[str, Any]) -> str | None:
    actions = assertions.get(ACTIONS, {}).get("actions", [])
    made = (one for one in actions if one.get("action") == "c2pa.created")
    return next((one.get("digitalSourceType") for one in made), None)
