"""The key that pictures are signed with: the user's own, or a test key made here once.

C2PA asks for a leaf certificate that an authority signed, with a use such as e-mail protection
(C2PA 2.2, "Certificate profile"). Ed25519 is preferred: its signatures are deterministic.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from filelock import FileLock

from ...errors import BadInputError, MissingError
from ...files import data_dir, replacing_file
from ...settings import SigningSettings
from .extra import paint_extra

TEST_NAME = "Tastemaker TEST key, not for publication"
"""Common name of every test key's certificate."""
_YEARS = 10
_CURVES = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}


class SigningKey(NamedTuple):
    """What signs."""

    algorithm: str
    """C2PA's name for it: ed25519, es256, es384, es512 or ps256."""
    chain: bytes
    """PEM certificates, the signer's own first."""
    key: bytes
    """PEM (PKCS#8)."""


def signing_key(settings: SigningSettings) -> SigningKey:
    """The configured key, else this machine's test key, made when it is not there.

    Raises:
        MissingError: a configured file does not exist, or cryptography is not installed.
        BadInputError: only one of the two is configured, or one is no whole chain or no key.
    """
    if settings.certificate is None and settings.key is None:
        chain, key = _test_key()
    elif settings.certificate is None or settings.key is None:
        raise BadInputError(
            "Signing needs a certificate and its key; set both TASTEMAKER_SIGNING__CERTIFICATE and"
            " TASTEMAKER_SIGNING__KEY, or neither to sign with a test key."
        )
    else:
        chain = _read(settings.certificate, "certificate")
        key = _read(settings.key, "key")
    private = _private_key(key, settings.key)
    leaf, *authorities = _certificates(chain, "certificate")
    if not authorities:
        raise BadInputError(
            f"{settings.certificate} holds one certificate; append that of the authority which"
            " signed it, or nobody can verify what it signs."
        )
    if leaf.public_key() != private.public_key():
        raise BadInputError(
            f"The signing key {settings.key} does not belong to the first certificate in"
            f" {settings.certificate}; give the pair."
        )
    return SigningKey(_algorithm(private, settings.key), chain, _pem(private))


def trusted_certificates(settings: SigningSettings) -> str:
    """PEM certificates whose signatures count here: configured ones, and the test key's if any.

    Raises:
        MissingError: a configured file does not exist.
        BadInputError: a configured file holds no certificate.
    """
    configured = {"certificate": settings.certificate, "trusted": settings.trusted}
    parts = []
    for name, path in configured.items():
        if path is not None:
            parts.append(_read(path, name))
            _certificates(parts[-1], name)
    test = _test_folder() / "test-certificate.pem"
    if test.is_file():
        parts.append(test.read_bytes())
    return "\n".join(part.decode("ascii", "replace") for part in parts)


def _read(path: Path, name: str) -> bytes:
    try:
        return path.expanduser().read_bytes()
    except OSError as error:
        raise MissingError(
            f"The signing {name} {path} cannot be read ({error.strerror}); correct"
            f" TASTEMAKER_SIGNING__{name.upper()}, or leave all signing settings out to sign with a"
            " test key."
        ) from error


def _certificates(pem: bytes, name: str) -> list[Any]:
    with paint_extra():
        from cryptography import x509
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise BadInputError(
            f"TASTEMAKER_SIGNING__{name.upper()} names a file without a PEM certificate; give one"
            " that begins with -----BEGIN CERTIFICATE-----."
        ) from error


def _private_key(pem: bytes, path: Path | None) -> Any:
    with paint_extra():
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    try:
        return load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadInputError(
            f"The signing key {path} is not a PEM private key without a password; convert it with"
            " `openssl pkcs8 -topk8 -nocrypt`."
        ) from error


def _algorithm(key: Any, path: Path | None) -> str:
    with paint_extra():
        from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    if isinstance(key, ed25519.Ed25519PrivateKey):
        return "ed25519"
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name in _CURVES:
        return _CURVES[key.curve.name]
    if isinstance(key, rsa.RSAPrivateKey):
        return "ps256"
    raise BadInputError(
        f"C2PA has no signatures for the kind of key in {path}; give an Ed25519, P-256, P-384,"
        " P-521 or RSA key."
    )


def _test_folder() -> Path:
    return data_dir() / "signing"


def _test_key() -> tuple[bytes, bytes]:
    folder = _test_folder()
    chain_file, key_file = folder / "test-certificate.pem", folder / "test-key.pem"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".lock"):
        if not (chain_file.is_file() and key_file.is_file()):
            chain, key = _make_test_key()
            # mkstemp makes private files, and a rename keeps their mode: 0600.
            with replacing_file(key_file) as temporary:
                temporary.write_bytes(key)
            with replacing_file(chain_file) as temporary:
                temporary.write_bytes(chain)
        return chain_file.read_bytes(), key_file.read_bytes()


def _make_test_key() -> tuple[bytes, bytes]:
    """A leaf and the authority that signed it, whose own key is forgotten at once."""
    with paint_extra():
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import Encoding

    authority, leaf = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    certificates = [
        _certificate(TEST_NAME, leaf.public_key(), authority, is_authority=False),
        _certificate(f"{TEST_NAME} (CA)", authority.public_key(), authority, is_authority=True),
    ]
    return b"".join(one.public_bytes(Encoding.PEM) for one in certificates), _pem(leaf)


def _pem(key: Any) -> bytes:
    """A private key in PKCS#8, the only form that c2pa reads."""
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _certificate(name: str, public_key: Any, authority: Any, is_authority: bool) -> Any:
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    def named(common_name: str) -> x509.Name:
        return x509.Name(
            [
                x509.NameAttribute(NameOID.COMMON_NAME, common_name),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, TEST_NAME),
            ]
        )

    now = datetime.now(UTC)
    usage = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
         "encipher_only", "decipher_only"), False,
    )  # fmt: skip
    key_usage = x509.KeyUsage(
        digital_signature=not is_authority,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        **usage,
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(named(f"{TEST_NAME} (CA)"))
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * _YEARS))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(key_usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()),
            critical=False,
        )
    )
    if not is_authority:
        uses = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        builder = builder.add_extension(uses, critical=False)
    return builder.sign(authority, None)
