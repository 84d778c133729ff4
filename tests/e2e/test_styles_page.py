"""The page that asks for a style, and the page of an answer, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, Request, expect

from eightcount.classifier.v1 import classifier_pb2
from eightcount_common.importing.motion_file import write_motion_npz
from eightcount_common.media.presentation import Crop, Size
from eightcount_common.media.video import probe
from eightcount_common.motion import MotionSequence
from eightcount_common.skeletons import BODY_12
from eightcount_pose.service.codec import encode_video_info
from tests.data.media import moving_square, write_video
from tests.data.presentations import add_clean_aperture
from tests.e2e.jobs import make_classification, make_comparison, new_content, start_classification
from tests.e2e.sample_classification import sample_classification, sample_models
from tests.e2e.sample_report import VIDEO_DURATION_S
from tests.fakes.backends import FakeBackends
from tests.fakes.gateway_process import GatewayProcess

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _services(backends: FakeBackends) -> None:
    """A classifier that gives the sample classification."""
    backends.classifier.models = sample_models()
    backends.classifier.classification = sample_classification(VIDEO_DURATION_S)


@pytest.fixture
def practice(gateway: GatewayProcess, video: Path) -> str:
    """Id of a recording that a browser plays."""
    return gateway.upload(video.read_bytes(), "practice.mp4")


@pytest.fixture
def answer(page: Page, gateway: GatewayProcess, practice: str) -> Page:
    """The page of a classification that is done, its recording ready to play."""
    _open(page, gateway, practice)
    return page


def _open(page: Page, gateway: GatewayProcess, video_id: str) -> None:
    page.goto(f"{gateway.url}/classifications/{make_classification(gateway, video_id=video_id)}")
    expect(page.locator("video")).to_have_js_property("readyState", 4)


def _recording(name: str = "a.mp4") -> dict[str, object]:
    return {"name": name, "mimeType": "video/mp4", "buffer": new_content()}


def test_a_recording_that_is_sent_becomes_an_answer(
    page: Page, url: str, posted: Callable[[str], list[Request]]
) -> None:
    page.goto(url)
    page.get_by_role("link", name="What dance is this?").click()
    page.set_input_files("#recording input", _recording())
    page.locator("#style-model").select_option("our-studio")
    page.get_by_label("Detail").select_option("lite")
    page.get_by_role("button", name="Classify").click()
    expect(page).to_have_url(re.compile(r"/classifications/\w+$"))
    expect(page.get_by_role("heading", name="Hip hop")).to_be_visible()
    (body,) = [request.post_data_json for request in posted("/v1/classifications")]
    assert body.pop("video_id")
    assert body == {"model": "lite", "style_model": "our-studio"}


def test_a_recording_sent_before_can_be_asked_about(page: Page, gateway: GatewayProcess) -> None:
    name = f"teacher {new_content(16).hex()}.mp4"
    comparison = gateway.job(make_comparison(gateway, name, "monday.mp4"))
    page.goto(f"{gateway.url}/styles")
    page.get_by_label("Or a recording uploaded before").select_option(name)
    page.get_by_role("button", name="Classify").click()
    expect(page.get_by_role("heading", name="Hip hop")).to_be_visible()
    job = gateway.job(page.url.rsplit("/", 1)[1], "classifications")
    assert job["video_id"] == comparison["reference_video_id"]


def test_one_of_several_people_is_pointed_at(
    page: Page, url: str, video: Path, posted: Callable[[str], list[Request]]
) -> None:
    page.goto(f"{url}/styles")
    page.set_input_files("#recording input", video)
    page.get_by_text("Several people in the video?").click()
    expect(page.locator("#dancer video")).to_have_js_property("readyState", 4)
    page.get_by_label("At second").fill("0.5")
    box = page.locator(".point").bounding_box()
    assert box is not None
    page.locator(".point").click(position={"x": box["width"] * 0.25, "y": box["height"] * 0.75})
    expect(page.locator(".point .mark")).to_be_visible()
    page.get_by_role("button", name="Classify").click()
    expect(page).to_have_url(re.compile(r"/classifications/\w+$"))
    dancer = posted("/v1/classifications")[0].post_data_json["dancer"]
    assert (dancer["x"], dancer["y"]) == (pytest.approx(0.25, abs=0.01), pytest.approx(0.75, abs=0.01))
    assert dancer["at_seconds"] == 0.5


def test_a_point_in_a_cropped_video_is_that_of_the_image_that_is_seen(
    page: Page, url: str, backends: FakeBackends, tmp_path: Path, posted: Callable[[str], list[Request]]
) -> None:
    stored, crop = Size(320, 240), Crop(80, 24, 16, 36)
    clip = write_video(tmp_path / "clip.mp4", moving_square(50, size=stored))
    clip.write_bytes(add_clean_aperture(clip.read_bytes(), crop, stored))
    with clip.open("rb") as file:
        backends.info.CopyFrom(encode_video_info(probe(file)))
    assert (backends.info.width, backends.info.height) == crop.shrink(stored)
    page.goto(f"{url}/styles")
    page.set_input_files("#recording input", clip)
    page.get_by_text("Several people in the video?").click()
    expect(page.locator("#dancer video")).to_have_js_property("readyState", 4)
    drawn = page.locator("#dancer video").evaluate("video => [video.videoWidth, video.videoHeight]")
    box = page.locator(".point").bounding_box()
    assert box is not None
    if drawn == list(stored):  # a browser that applies the crop cannot point outside of it
        page.locator(".point").click(position={"x": box["width"] * 0.1, "y": box["height"] * 0.5})
        page.get_by_role("button", name="Classify").click()
        expect(page.locator("#problem")).to_contain_text("the chosen point lies in what is cut off")
    page.locator(".point").click(position={"x": box["width"] * 0.5, "y": box["height"] * 0.5})
    page.get_by_role("button", name="Classify").click()
    expect(page).to_have_url(re.compile(r"/classifications/\w+$"))
    (request,) = posted("/v1/classifications")
    dancer = request.post_data_json["dancer"]
    seen = (
        ((160 - crop.left) / crop.shrink(stored).width, (120 - crop.top) / crop.shrink(stored).height)
        if drawn == list(stored)
        else (0.5, 0.5)
    )
    assert (dancer["x"], dancer["y"]) == (pytest.approx(seen[0], abs=0.01), pytest.approx(seen[1], abs=0.01))
    assert len(posted("/v1/videos")) == 1


def test_another_recording_forgets_who_was_pointed_at(
    page: Page, url: str, posted: Callable[[str], list[Request]]
) -> None:
    page.goto(f"{url}/styles")
    expect(page.get_by_text("Several people in the video?")).to_be_hidden()
    for name in ("a.mp4", "b.mp4"):
        page.set_input_files("#recording input", _recording(name))
        if name == "a.mp4":
            page.get_by_text("Several people in the video?").click()
            page.get_by_label("From the left, %").fill("20")
            page.get_by_label("From the top, %").fill("50")
            expect(page.get_by_text("This browser cannot show the recording")).to_be_visible()
    page.get_by_role("button", name="Classify").click()
    expect(page).to_have_url(re.compile(r"/classifications/\w+$"))
    assert "dancer" not in posted("/v1/classifications")[0].post_data_json


def test_without_a_recording_one_is_asked_for(page: Page, url: str, posted: Callable[[str], list[Request]]) -> None:
    page.goto(f"{url}/styles")
    page.get_by_role("button", name="Classify").click()
    expect(page.locator("#recording-error")).to_have_text("Choose a video first.")
    assert posted("/v1/classifications") == []


def test_verdict_and_certainty_are_given_in_words(answer: Page) -> None:
    page = answer
    expect(page.locator("[data-part=certainty]")).to_have_text("60 % · fairly sure")
    expect(page.locator("[data-part=names]")).to_have_text("practice.mp4")
    expect(page.locator("[data-style=hip_hop]")).to_contain_text("60 %")
    expect(page.locator(".lane-names li").first).to_have_text("Verdict")
    expect(page.locator("[data-style]").last).to_have_attribute("data-style", "not_a_dance")


@pytest.mark.parametrize(
    ("verdict", "heading"),
    [
        (classifier_pb2.VERDICT_UNKNOWN, "A dance of a style this model does not know"),
        (classifier_pb2.VERDICT_NOT_A_DANCE, "Not a dance"),
        (classifier_pb2.VERDICT_NOT_SEEN, "The dancer was not visible for long enough"),
    ],
)
def test_what_is_no_style_has_words_of_its_own(
    page: Page, gateway: GatewayProcess, backends: FakeBackends, practice: str, verdict: int, heading: str
) -> None:
    backends.classifier.classification = sample_classification(VIDEO_DURATION_S, verdict)
    _open(page, gateway, practice)
    expect(page.get_by_role("heading", name=heading)).to_be_visible()


def test_unknown_not_a_dance_and_not_seen_are_drawn_distinctly(answer: Page) -> None:
    page = answer
    expect(page.locator("rect.verdict")).to_have_count(6)  # neighbours that look alike are one
    fills = {
        kind: page.locator(f"rect.verdict.{kind}").first.evaluate("rect => getComputedStyle(rect).fill")
        for kind in ("unknown", "not-a-dance", "not-seen", "style")
    }
    assert len(set(fills.values())) == 4
    expect(page.locator("rect.unseen")).to_have_count(1)


def test_a_click_seeks_and_tells_what_is_there(answer: Page) -> None:
    page = answer
    slider = page.get_by_role("slider")
    box = slider.bounding_box()
    assert box is not None
    slider.click(position={"x": box["width"] * 0.75, "y": 100})
    expect(page.locator(".readout")).to_contain_text("House")
    page.wait_for_function("Math.abs(document.querySelector('video').currentTime - 15) < 0.3")
    expect(slider).to_have_attribute("aria-valuenow", re.compile(r"^1[45]\.\d"))
    expect(slider).to_have_attribute("aria-valuetext", re.compile("House"))


def test_the_values_under_the_mouse_are_shown_until_it_leaves(answer: Page) -> None:
    page = answer
    readout = page.locator(".readout")
    expect(readout).to_contain_text("Hip hop")
    slider = page.get_by_role("slider")
    box = slider.bounding_box()
    assert box is not None
    slider.hover(position={"x": box["width"] * 0.9, "y": 50})
    expect(readout).to_contain_text(re.compile(r"House · house \d+ %"))
    page.get_by_role("heading", name="Hip hop").hover()
    expect(readout).to_contain_text("0:00.0 to 0:02.0 · Hip hop")


def test_arrows_move_from_stretch_to_stretch(answer: Page) -> None:
    page = answer
    expect(page.locator(".readout")).to_contain_text("0:00.0 to")
    page.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".readout")).to_contain_text("0:01.0 to 0:03.0")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator(".readout")).to_contain_text("0:09.0 to 0:11.0")


def test_a_running_classification_shows_its_steps_and_can_be_cancelled(
    page: Page, gateway: GatewayProcess, backends: FakeBackends
) -> None:
    backends.held.add("Extract")
    job = start_classification(gateway, video_id=gateway.upload(new_content()))
    page.goto(f"{gateway.url}/classifications/{job}")
    expect(page.locator("[data-step=extract]")).to_contain_text("Follow the dancer")
    expect(page.locator("[data-step=extract]")).to_contain_text("60 of 120 frames")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", name="The classification was cancelled")).to_be_visible()
    backends.held.clear()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Hip hop")).to_be_visible()


def _captured_motion(path: Path) -> bytes:
    """A file of a motion that no other test uploads, as motion capture gives it: without a video."""
    world = np.random.default_rng().normal(size=(90, len(BODY_12), 3)).astype(np.float32)
    image = np.full((90, len(BODY_12), 2), np.nan, np.float32)
    seen = np.ones((90, len(BODY_12)), np.float32)
    write_motion_npz(MotionSequence(BODY_12, np.arange(90) / 30, image, world, seen, "bvh"), path)
    return path.read_bytes()


def test_a_motion_without_a_video_is_shown_along_its_time(page: Page, gateway: GatewayProcess, tmp_path: Path) -> None:
    file = ("take.npz", _captured_motion(tmp_path / "take.npz"))
    motion = gateway.client.post("/v1/motions", files={"file": file}).json()["id"]
    page.goto(f"{gateway.url}/classifications/{make_classification(gateway, motion_id=motion)}")
    expect(page.locator(".screen")).to_contain_text("Only the motion is kept")
    expect(page.locator("[data-part=names]")).to_have_text("take.npz")
    expect(page.locator(".controls")).to_be_hidden()
    slider = page.get_by_role("slider")
    box = slider.bounding_box()
    assert box is not None
    slider.click(position={"x": box["width"] * 0.8, "y": 100})
    expect(page.locator(".readout")).to_contain_text("House")


def test_a_model_card_is_shown_as_text(page: Page, url: str) -> None:
    page.on("dialog", lambda dialog: pytest.fail("the card ran as script"))
    page.goto(f"{url}/styles")
    models = page.locator(".models > li")
    expect(models).to_have_count(2)
    pretrained, trained = models.filter(has_text="starter"), models.filter(has_text="our-studio")
    expect(pretrained).to_contain_text("87 % balanced accuracy on held-out recordings, see its card")
    expect(trained).to_contain_text("accuracy not measured")
    pretrained.get_by_text("Model card").click()
    expect(pretrained.locator(".card")).to_contain_text("<img src=x onerror=alert(1)>")
    assert page.locator("main img").count() == 0
    trained.get_by_text("Model card").click()
    expect(trained.locator(".card")).to_have_text("This model has no card.")


def test_recent_classifications_lead_to_their_pages(page: Page, gateway: GatewayProcess) -> None:
    make_classification(gateway, video_id=gateway.upload(new_content(), "<img src=x>.mp4"))
    page.goto(f"{gateway.url}/styles")
    expect(page.locator(".recent b").first).to_have_text("<img src=x>.mp4")
    page.locator(".recent a").first.click()
    expect(page.get_by_role("heading", name="Hip hop")).to_be_visible()


def test_each_row_of_the_list_gives_the_answer(page: Page, gateway: GatewayProcess, backends: FakeBackends) -> None:
    for verdict in (classifier_pb2.VERDICT_STYLE, classifier_pb2.VERDICT_UNKNOWN, classifier_pb2.VERDICT_NOT_SEEN):
        backends.classifier.classification = sample_classification(VIDEO_DURATION_S, verdict)
        make_classification(gateway, video_id=gateway.upload(new_content()))
    page.goto(f"{gateway.url}/styles")
    answers = page.locator(".recent .answer")
    for row, words in enumerate(("Dancer not visible", "Unknown style", "Hip hop 60 %")):
        expect(answers.nth(row)).to_have_text(words)


def test_a_classification_that_is_not_there_is_said_to_be_so(page: Page, url: str, complaints: list[str]) -> None:
    page.goto(f"{url}/classifications/none")
    expect(page.get_by_role("heading", name="There is no such classification")).to_be_visible()
    complaints.clear()  # the browser itself reports the 404


@pytest.mark.parametrize("place", ["form", "result"])
def test_on_a_phone_nothing_is_wider_than_the_page(
    page: Page, gateway: GatewayProcess, practice: str, place: str
) -> None:
    classification = make_classification(gateway, video_id=practice)
    make_comparison(gateway, "a_very_long_name_without_any_space_" * 3 + ".mp4")
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{gateway.url}/styles" if place == "form" else f"{gateway.url}/classifications/{classification}")
    expect(page.locator("#recent, #classification")).to_be_visible()
    page.wait_for_function("() => document.documentElement.scrollWidth <= 360")


def test_notes_on_the_recording_are_shown_with_the_answer(
    page: Page, gateway: GatewayProcess, backends: FakeBackends
) -> None:
    backends.warnings = (("TRUNCATED_VIDEO", "The video file ends before its stated duration."),)
    classification = make_classification(gateway, video_id=gateway.upload(new_content(), "cut.mp4"))
    page.goto(f"{gateway.url}/classifications/{classification}")
    notes = page.get_by_role("region", name="About the recording")
    expect(notes).to_contain_text("The video file ends before its stated duration.")
    job = gateway.job(classification, "classifications")
    assert [warning["reason"] for warning in job["warnings"]] == ["TRUNCATED_VIDEO"]
