"""The certificate authority for devices in the same network, held by OpenSSL to the rules of RFC 5280."""

from __future__ import annotations

import os
import ssl
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from eightcount_gateway.lan.authority import Authority, CertificateFiles

LONGEST_DAYS = 825
"""Apple's systems refuse certificates that are valid for longer."""


def read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def verify(authority: Path, certificate: Path, *options: str) -> str:
    """Return what OpenSSL says of a certificate."""
    line = ["openssl", "verify", "-x509_strict", *options, "-CAfile", str(authority), str(certificate)]
    result = subprocess.run(line, capture_output=True, text=True, check=False)
    return result.stdout + result.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "lan"


def test_a_certificate_is_valid_for_the_addresses_and_for_nothing_else(folder: Path):
    files = Authority(folder).issue(["192.168.1.5", "10.1.2.3"])
    authority = folder / "authority.pem"
    for address in ("192.168.1.5", "10.1.2.3"):
        assert "OK" in verify(authority, files.certificate, "-verify_ip", address, "-purpose", "sslserver")
    assert "mismatch" in verify(authority, files.certificate, "-verify_ip", "192.168.1.6")
    assert "mismatch" in verify(authority, files.certificate, "-verify_hostname", "example.com")
    alternative = read(files.certificate).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert alternative.get_values_for_type(x509.DNSName) == ["localhost"]


def test_a_certificate_lives_shorter_than_phones_allow(folder: Path):
    certificate = read(Authority(folder).issue(["192.168.1.5"]).certificate)
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc < timedelta(days=LONGEST_DAYS)
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.SERVER_AUTH]


@pytest.mark.parametrize(
    "name",
    [
        x509.DNSName("example.com"), x509.DNSName("local.example"), x509.DNSName("localhost.example"),
        x509.IPAddress(IPv4Address("8.8.8.8")), x509.IPAddress(IPv4Address("172.32.0.1")),
        x509.IPAddress(IPv6Address("2001:db8::1")),
    ],
    ids=lambda name: str(name.value),
)  # fmt: skip
def test_a_stolen_key_vouches_for_no_site_of_the_internet(folder: Path, tmp_path: Path, name: x509.GeneralName):
    authority = Authority(folder)
    forged = forge(authority, name, tmp_path / "forged.pem")
    assert "permitted subtree violation" in verify(folder / "authority.pem", forged)


def forge(authority: Authority, name: x509.GeneralName, path: Path) -> Path:
    """Write a certificate for any name, signed with the authority's key."""
    now, key = datetime.now(UTC), ec.generate_private_key(ec.SECP256R1())
    issuer = x509.load_der_x509_certificate(authority.der)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "forged")]))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([name]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority._key.public_key()), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(authority._key, hashes.SHA256())
    )
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return path


def test_an_authority_is_the_same_when_it_is_opened_again(folder: Path):
    first, again = Authority(folder), Authority(folder)
    assert (first.fingerprint, first.der) == (again.fingerprint, again.der)
    assert first.fingerprint.count(":") == 31
    assert "OK" in verify(folder / "authority.pem", again.issue(["10.0.0.1"]).certificate)


def test_only_its_owner_reads_its_files(folder: Path):
    before = os.umask(0)
    try:
        Authority(folder).issue(["10.0.0.1"])
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


@pytest.mark.parametrize("content", [b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nAA\n"])
@pytest.mark.parametrize("name", ["authority.pem", "authority.key"])
def test_damaged_files_make_a_new_authority(folder: Path, name: str, content: bytes):
    first = Authority(folder).fingerprint
    (folder / name).write_bytes(content)
    again = Authority(folder)
    assert again.fingerprint != first
    assert "OK" in verify(folder / "authority.pem", again.issue(["10.0.0.1"]).certificate)


def test_a_key_of_another_authority_makes_a_new_one(folder: Path, tmp_path: Path):
    Authority(folder)
    Authority(tmp_path / "other")
    (tmp_path / "other" / "authority.key").replace(folder / "authority.key")
    assert "OK" in verify(folder / "authority.pem", Authority(folder).issue(["10.0.0.1"]).certificate)


def test_the_files_are_those_that_a_server_loads(folder: Path):
    files: CertificateFiles = Authority(folder).issue(["127.0.0.1"])
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(files.certificate, files.key)
