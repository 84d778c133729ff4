"""A certificate authority of this machine alone, whose certificates phones trust once its own is installed on them.

It can vouch for addresses of private networks only (name constraints, RFC 5280, 4.2.1.10): a thief of its key cannot
impersonate a site of the internet. Certificates are valid for less than the 825 days that Apple's systems allow.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from eightcount_gateway.lan.addresses import PRIVATE_NETWORKS

_AUTHORITY_DAYS = 3650
_CERTIFICATE_DAYS = 397
_CLOCKS_DIFFER = timedelta(days=1)
_LOCAL_NAMES = ("localhost", "local")
"""Host names that it may vouch for, and every name below them."""
_USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CertificateFiles:
    """PEM files of a certificate and its private key."""

    certificate: Path
    key: Path


class Authority:
    """The authority whose files are in a folder; made there when it is missing or has expired.

    Args:
        folder: kept readable for its owner only.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._files = CertificateFiles(folder / "authority.pem", folder / "authority.key")
        stored = _load(self._files)
        self._key, self._certificate = stored or self._create()

    @property
    def der(self) -> bytes:
        """Its certificate as phones install it."""
        return self._certificate.public_bytes(serialization.Encoding.DER)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of its certificate as people compare it: pairs of digits."""
        return self._certificate.fingerprint(hashes.SHA256()).hex(":").upper()

    def issue(self, addresses: Sequence[str]) -> CertificateFiles:
        """Write a new certificate for a server at these IPv4 addresses, and return its files."""
        key = ec.generate_private_key(ec.SECP256R1())
        names: list[x509.GeneralName] = [x509.IPAddress(ipaddress.IPv4Address(one)) for one in addresses]
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(_name("Eightcount"))
            .issuer_name(self._certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - _CLOCKS_DIFFER)
            .not_valid_after(now + timedelta(days=_CERTIFICATE_DAYS))
            .add_extension(x509.SubjectAlternativeName([*names, x509.DNSName("localhost")]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage("digital_signature"), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        files = CertificateFiles(self._folder / "server.pem", self._folder / "server.key")
        _save(files, certificate, key)
        return files

    def _create(self) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name(f"Eightcount on {socket.gethostname()}"[:64])
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - _CLOCKS_DIFFER)
            .not_valid_after(now + timedelta(days=_AUTHORITY_DAYS))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
            .add_extension(_constraints(), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        _save(self._files, certificate, key)
        return key, certificate


def _constraints() -> x509.NameConstraints:
    networks: list[x509.GeneralName] = [x509.IPAddress(network) for network in PRIVATE_NETWORKS]
    return x509.NameConstraints([*networks, *map(x509.DNSName, _LOCAL_NAMES)], None)


def _usage(*allowed: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{usage: usage in allowed for usage in _USAGES})


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _load(files: CertificateFiles) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate] | None:
    """Read a stored authority; None when there is none that is still valid."""
    try:
        certificate = x509.load_pem_x509_certificate(files.certificate.read_bytes())
        key = serialization.load_pem_private_key(files.key.read_bytes(), password=None)
    except (FileNotFoundError, ValueError):
        return None
    is_own = isinstance(key, ec.EllipticCurvePrivateKey) and key.public_key() == certificate.public_key()
    still_valid = certificate.not_valid_after_utc > datetime.now(UTC) + timedelta(days=_CERTIFICATE_DAYS)
    return (key, certificate) if is_own and still_valid else None  # type: ignore[return-value]


def _save(files: CertificateFiles, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write(files.key, private)
    _write(files.certificate, certificate.public_bytes(serialization.Encoding.PEM))


def _write(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read; whole, or not at all."""
    partial = path.with_suffix(path.suffix + ".part")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    partial.replace(path)
