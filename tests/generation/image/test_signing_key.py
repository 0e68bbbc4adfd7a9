"""The test key is made once and private; a configured key must be whole."""

import stat
from pathlib import Path

import pytest
from tastemaker.errors import BadInputError, MissingError
from tastemaker.generation.image.signing_key import TEST_NAME, signing_key, trusted_certificates
from tastemaker.settings import SigningSettings

NOTHING = SigningSettings()


def test_the_test_key_is_made_once(data: Path):
    assert trusted_certificates(NOTHING) == "" and not data.exists()
    first = signing_key(NOTHING)
    assert signing_key(NOTHING) == first and first.algorithm == "ed25519"
    assert stat.S_IMODE((data / "signing" / "test-key.pem").stat().st_mode) == 0o600
    assert trusted_certificates(NOTHING) == first.chain.decode()
    assert first.chain.count(b"BEGIN CERTIFICATE") == 2


def test_it_says_what_it_is(data: Path):
    from cryptography import x509

    leaf, authority = x509.load_pem_x509_certificates(signing_key(NOTHING).chain)
    leaf.verify_directly_issued_by(authority)
    assert TEST_NAME in leaf.subject.rfc4514_string().replace("\\", "")
    assert leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False


def test_a_configured_key_is_read(data: Path, tmp_path: Path):
    made = signing_key(NOTHING)
    (tmp_path / "chain.pem").write_bytes(made.chain)
    (tmp_path / "key.pem").write_bytes(made.key)
    settings = SigningSettings(certificate=tmp_path / "chain.pem", key=tmp_path / "key.pem")
    assert signing_key(settings) == made


@pytest.mark.parametrize(
    ("certificate", "key", "error", "told"),
    [
        ("chain.pem", None, BadInputError, "set both"),
        ("chain.pem", "gone.pem", MissingError, "SIGNING__KEY"),
        ("gone.pem", "key.pem", MissingError, "SIGNING__CERTIFICATE"),
        ("chain.pem", "chain.pem", BadInputError, "not a PEM private key"),
        ("key.pem", "key.pem", BadInputError, "without a PEM certificate"),
        ("chain.pem", "other.pem", BadInputError, "does not belong"),
        ("leaf.pem", "key.pem", BadInputError, "append that of the authority"),
    ],
)
def test_what_is_wrong_is_named(
    data: Path, tmp_path: Path, certificate: str, key: str | None, error: type, told: str
):
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    made = signing_key(NOTHING)
    other = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    leaf = made.chain[: made.chain.index(b"-----END") + 26]
    files = {"chain": made.chain, "key": made.key, "other": other, "leaf": leaf}
    for name, content in files.items():
        (tmp_path / f"{name}.pem").write_bytes(content)
    settings = SigningSettings(
        certificate=tmp_path / certificate, key=tmp_path / key if key else None
    )
    with pytest.raises(error, match=told):
        signing_key(settings)


def test_trusted_certificates_must_be_there(data: Path, tmp_path: Path):
    with pytest.raises(MissingError, match="SIGNING__TRUSTED"):
        trusted_certificates(SigningSettings(trusted=tmp_path / "gone.pem"))
