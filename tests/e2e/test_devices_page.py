"""A phone that joins: from the code on the computer's page to the camera, whether it trusts the computer or not."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.e2e.conftest import FLAGS, TIMEOUT_MS
from tests.fakes.backends import FakeBackends
from tests.fakes.network_gateway import NetworkGateway, running_network_gateway

pytestmark = pytest.mark.browser

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 "
    "Mobile/15E148 Safari/604.1"
)
ANDROID = (
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile "
    "Safari/537.36"
)


@pytest.fixture(scope="module")
def network(
    tmp_path_factory: pytest.TempPathFactory, shared_backends: FakeBackends, folder: Path
) -> Iterator[NetworkGateway]:
    own = tmp_path_factory.mktemp("network")
    with running_network_gateway(own, shared_backends.targets, store=folder / "objects") as network:
        yield network


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A phone that does not trust the computer."""
    with browser.new_context(viewport={"width": 390, "height": 844}, user_agent=IPHONE) as context:
        page = context.new_page()
        page.set_default_timeout(TIMEOUT_MS)
        yield page


@pytest.fixture
def trusting_phone(playwright: Playwright, chromium: str, network: NetworkGateway) -> Iterator[Page]:
    """A phone that trusts the key of the computer's certificate, with a camera."""
    flags = [*FLAGS, f"--ignore-certificate-errors-spki-list={key_hash(network.folder / 'server.pem')}"]
    trusting = playwright.chromium.launch(executable_path=chromium, headless=True, args=flags)
    with trusting.new_context(viewport={"width": 390, "height": 844}, user_agent=ANDROID) as context:
        context.grant_permissions(["camera", "microphone"], origin=network.url)
        page = context.new_page()
        page.set_default_timeout(TIMEOUT_MS)
        yield page
    trusting.close()


def key_hash(certificate: Path) -> str:
    """Return the hash of a certificate's public key as Chromium's flag takes it."""
    key = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
    encoded = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(encoded).digest()).decode()


@pytest.fixture
def computer(page: Page, network: NetworkGateway) -> Page:
    """The page of devices on the computer."""
    page.goto(f"{network.owner.url}/devices")
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    return page


def invitation(computer: Page) -> str:
    return computer.locator("#address").inner_text()


def test_a_phone_scans_the_code_and_dances_in_front_of_its_camera(
    computer: Page, trusting_phone: Page, network: NetworkGateway, video: Path
):
    address = invitation(computer)
    trusting_phone.goto(address)
    trusting_phone.wait_for_url(f"{network.url}/live")
    expect(computer.locator("#devices")).to_contain_text("Android phone")
    expect(computer.locator("#validity")).to_contain_text("Android phone has joined")
    assert invitation(computer) != address, "the next phone needs another code"
    trusting_phone.locator("#reference input[type=file]").set_input_files(
        {"name": "dance.mp4", "mimeType": "video/mp4", "buffer": video.read_bytes()}
    )
    trusting_phone.get_by_role("button", name="Prepare").click()
    trusting_phone.get_by_role("button", name="Turn the camera on").click()
    trusting_phone.get_by_role("button", name="Start").click()
    expect(trusting_phone.locator("#board .now")).to_have_text("70")


def test_a_phone_that_was_removed_is_led_back_to_where_one_joins(
    computer: Page, trusting_phone: Page, network: NetworkGateway
):
    trusting_phone.goto(invitation(computer))
    trusting_phone.wait_for_url(f"{network.url}/live")
    expect(computer.locator("#validity")).to_contain_text("has joined")
    row = computer.locator("#devices li").first
    row.get_by_role("button", name="Delete").click()
    computer.get_by_role("button", name="Delete", exact=True).click()
    expect(computer.get_by_role("dialog")).to_have_count(0)
    trusting_phone.goto(f"{network.url}/live")
    expect(trusting_phone.get_by_text("This device has not joined yet.")).to_be_visible()
    assert trusting_phone.url == f"{network.url}/join"


def test_a_code_that_was_used_says_so_and_what_to_do(computer: Page, trusting_phone: Page, network: NetworkGateway):
    address = invitation(computer)
    trusting_phone.goto(address)
    trusting_phone.wait_for_url(f"{network.url}/live")
    trusting_phone.context.clear_cookies()
    trusting_phone.goto(address)
    expect(trusting_phone.get_by_role("alert")).to_contain_text("was used before")
    expect(trusting_phone.locator("#help")).to_contain_text("scan the code")
    assert "#" not in trusting_phone.url, "the key is not kept in the history"


def test_a_phone_that_does_not_trust_the_computer_is_told_how(computer: Page, phone: Page, network: NetworkGateway):
    phone.goto(invitation(computer))
    expect(phone.get_by_text("There is no secure connection to the computer yet.")).to_be_visible()
    expect(phone.get_by_text("Certificate Trust Settings")).to_be_visible()
    expect(phone.get_by_text("Choose CA certificate")).to_be_hidden()
    assert phone.locator("#fingerprint").inner_text() == computer.locator("#fingerprint").inner_text()
    with phone.expect_download() as download:
        phone.get_by_role("link", name="Download the certificate").click()
    assert Path(download.value.path()).read_bytes() == x509_der(network.authority)
    key = invitation(computer).partition("#")[2]
    assert phone.locator("#anyway").get_attribute("href") == f"{network.url}/join#{key}"


def x509_der(pem: str) -> bytes:
    return x509.load_pem_x509_certificate(pem.encode()).public_bytes(Encoding.DER)


def test_an_address_without_its_key_says_so(phone: Page, network: NetworkGateway):
    phone.goto(network.welcome_url)
    expect(phone.get_by_text("The address is incomplete")).to_be_visible()


def test_a_computer_that_is_not_open_to_phones_says_how_it_is(page: Page, url: str, complaints: list[str]):
    page.goto(f"{url}/devices")
    expect(page.get_by_role("alert")).to_contain_text("eightcount up --lan")
    expect(page.locator("#invitation")).to_be_hidden()
    complaints.clear()
