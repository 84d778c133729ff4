"""Beats that a user taps or types on the pages, in a real browser."""

from __future__ import annotations

import re
import wave
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from eightcount.sync.v1 import sync_pb2
from eightcount_gateway.http.schemas.beats import BeatsBody
from eightcount_gateway.kinds.own_beats import apply_own_beats
from eightcount_gateway.library.counts import counts_of
from tests.e2e.jobs import make_comparison, make_dance, new_content, start_comparison
from tests.e2e.sample_report import sample_report
from tests.e2e.test_upload_page import choose
from tests.fakes.backends import FakeBackends
from tests.fakes.gateway_process import GatewayProcess

pytestmark = pytest.mark.browser

_SECONDS, _RATE = 20, 8000
Posted = Callable[[str], list[Request]]


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording that a browser plays: silence."""
    path = tmp_path_factory.mktemp("song") / "song.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, _RATE, 0, "NONE", ""))
        file.writeframes(bytes(2 * _RATE * _SECONDS))
    return path


def _open(page: Page, url: str, song: Path, way: str = "Tap along") -> None:
    """Chooses a reference that plays, and opens the beats."""
    page.goto(url)
    page.set_input_files("#reference input", song)
    choose(page, "take", "take.mp4")
    page.get_by_text("The beats are wrong?").click()
    page.get_by_label(way).check()
    expect(page.locator("#beats video")).to_have_js_property("readyState", 4)


def _play(page: Page) -> None:
    """Waits until the reference plays, after a press of the button that starts it."""
    page.wait_for_function("() => document.querySelector('#beats video').currentTime > 0.05")


def _hold_clock(page: Page, seconds: float) -> None:
    """Makes the player say that it plays this second, however busy the machine is."""
    page.locator("#beats video").evaluate(
        """(video, seconds) => {
          Object.defineProperty(video, "currentTime", { configurable: true, get: () => seconds });
          Object.defineProperty(video, "paused", { configurable: true, get: () => false });
        }""",
        seconds,
    )


def _tap_by_key(page: Page, taps: int, key: str = " ") -> None:
    """Taps every half second, from 1.0 s on."""
    page.get_by_role("button", name="Tap", exact=True).focus()
    page.keyboard.press(key)
    _play(page)
    page.locator("#beats video").evaluate("video => video.pause()")
    for place in range(taps):
        _hold_clock(page, 1.0 + 0.5 * place)
        page.keyboard.press(key)


def _sent(posted: Posted, path: str = "/v1/comparisons") -> Any:
    """The beats of the one request."""
    (request,) = posted(path)
    return request.post_data_json["beats"]


def _compare(page: Page) -> None:
    page.get_by_role("button", name="Compare").click()
    expect(page).to_have_url(re.compile(r"/comparisons/\w+$"))


def test_taps_are_sent_as_the_api_takes_them(page: Page, gateway: GatewayProcess, song: Path, posted: Posted) -> None:
    _open(page, gateway.url, song)
    _tap_by_key(page, 5)
    expect(page.locator(".taps li")).to_have_count(5)
    expect(page.locator(".tap-readout")).to_contain_text(re.compile(r"5 taps, \d+\.\d beats a minute\. Count 1 is the"))
    page.get_by_role("button", name=re.compile("^Tap 3 at")).click()
    expect(page.get_by_role("button", name=re.compile("^Tap 3 at"))).to_be_focused()
    expect(page.get_by_role("button", name=re.compile("^Tap 3 at"))).to_have_attribute("aria-pressed", "true")
    page.get_by_label("Metre").select_option("3/4, counted to six")
    page.get_by_label("Move all taps").fill("20")
    expect(page.locator("#beats summary")).to_contain_text("(5 tapped beats counted to 6)")
    _compare(page)
    beats = _sent(posted)
    taps = beats["taps_s"]
    assert len(taps) == 5
    assert taps[0] == pytest.approx(1.02, abs=0.26)  # less the time since the key was pressed
    assert all(0.15 <= later - earlier <= 3 for earlier, later in pairwise(taps))
    assert beats == {"taps_s": taps, "first_beat_s": taps[2], "first_count": 1, "beats_per_bar": 3}
    assert gateway.job(page.url.rsplit("/", 1)[1])["beats"]["taps_s"] == taps


def test_keys_tap_only_while_the_button_has_the_focus(page: Page, url: str, song: Path) -> None:
    _open(page, url, song)
    _tap_by_key(page, 2, key="t")
    page.keyboard.press("1")
    expect(page.locator(".tap-readout")).to_contain_text("Count 1 at")
    page.keyboard.press("Control+t")
    page.get_by_label("Move all taps").focus()
    for key in (" ", "t", "1"):
        page.keyboard.press(key)
    expect(page.locator(".taps li")).to_have_count(2)
    page.locator("#beats summary").focus()
    page.keyboard.press("Space")
    expect(page.locator("#beats")).not_to_have_attribute("open", "")


def test_taps_are_undone_cleared_and_begun_again(page: Page, url: str, song: Path) -> None:
    _open(page, url, song)
    _tap_by_key(page, 3)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".taps li")).to_have_count(2)
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".tap-readout")).to_contain_text("No taps yet.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".taps li")).to_have_count(2)
    _hold_clock(page, 10.0)
    page.get_by_role("button", name="Tap", exact=True).click()
    expect(page.locator(".taps li")).to_have_count(1)
    expect(page.locator(".tap-readout")).to_contain_text("A new run of taps begins")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".taps li")).to_have_count(2)


def test_a_screen_reader_is_told_of_taps_after_a_pause_and_not_at_each(page: Page, url: str, song: Path) -> None:
    _open(page, url, song)
    page.evaluate(
        """() => {
          const region = document.querySelector(".tap-panel [role=status]");
          window.said = [];
          new MutationObserver(() => window.said.push(region.textContent)).observe(region, { childList: true });
        }"""
    )
    _tap_by_key(page, 6)
    page.wait_for_function("() => window.said.some((words) => words.startsWith('6 taps'))")
    assert len(page.evaluate("() => window.said")) <= 3


def test_a_press_counts_once_by_finger_mouse_and_click(browser: Browser, url: str, song: Path) -> None:
    with browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True) as context:
        page = context.new_page()
        _open(page, url, song)
        tap = page.get_by_role("button", name="Tap", exact=True)
        tap.tap()
        _play(page)
        for count, press in enumerate((tap.tap, tap.click, lambda: tap.evaluate("button => button.click()")), start=1):
            page.wait_for_timeout(1100)  # a click that belongs to a press comes at once; that of a screen reader alone
            _hold_clock(page, 1.0 + 0.5 * count)
            press()
            expect(page.locator(".taps li")).to_have_count(count)
        page.wait_for_function("() => document.documentElement.scrollWidth <= 390")


def test_counts_light_up_with_the_beats(page: Page, url: str, song: Path) -> None:
    _open(page, url, song, "Type the tempo")
    expect(page.locator(".lamps")).to_be_hidden()
    page.get_by_label("Tempo, beats a minute").fill("60")
    page.get_by_label("A beat, in seconds").fill("0.5")
    for seconds, count in ((0.6, 1), (2.6, 3), (0.2, 8), (8.7, 1)):
        page.locator("#beats video").evaluate("(video, at) => { video.currentTime = at; }", seconds)
        expect(page.locator(".lamps .now")).to_have_text(str(count))


def test_a_typed_tempo_is_checked_at_its_fields_and_then_sent(page: Page, url: str, song: Path, posted: Posted) -> None:
    _open(page, url, song, "Type the tempo")
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_label("Tempo, beats a minute")).to_be_focused()
    expect(page.get_by_label("Tempo, beats a minute")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Tempo, beats a minute")).to_have_accessible_description(re.compile("^Enter the tempo"))
    page.get_by_label("Tempo, beats a minute").fill("19")
    expect(page.locator("#beats-bpm-error")).to_have_text("The tempo must be 20 to 400 beats a minute.")
    page.get_by_label("A beat, in seconds").fill("-1")
    expect(page.locator("#beats-beat-error")).to_contain_text("enter 0 or more")
    page.get_by_label("Count of that beat").fill("9")
    page.get_by_label("Metre").select_option("4/4, counted to eight")
    expect(page.locator("#beats-count-error")).to_have_text("Enter a whole number from 1 to 8.")
    assert posted("/v1/videos") == []
    page.get_by_label("Tempo, beats a minute").fill("96")
    page.get_by_label("A beat, in seconds").fill("0.42")
    page.get_by_label("Count of that beat").fill("5")
    expect(page.locator("#beats .field-error:visible")).to_have_count(0)
    _compare(page)
    assert _sent(posted) == {"bpm": 96, "first_beat_s": 0.42, "first_count": 5, "beats_per_bar": 4}


def test_too_few_taps_are_refused_before_anything_is_sent(page: Page, url: str, song: Path, posted: Posted) -> None:
    _open(page, url, song)
    page.get_by_role("button", name="Compare").click()
    tap = page.get_by_role("button", name="Tap", exact=True)
    expect(tap).to_be_focused()
    expect(tap).to_have_accessible_description(re.compile("^Play the music and tap at least 4 beats."))
    page.get_by_label("Find the beats in the music").check()
    _compare(page)
    assert len(posted("/v1/videos")) == 2


def test_only_the_counts_are_corrected(page: Page, url: str, song: Path, posted: Posted) -> None:
    _open(page, url, song, "The beats are right, but not the counts")
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("#beats-beat-error")).to_have_text("Enter the second of a beat, or choose the metre.")
    page.locator("#beats video").evaluate("video => { video.currentTime = 3.25; }")
    expect(page.locator("#beats video")).to_have_js_property("seeking", False)
    page.get_by_role("button", name="This is count 1").last.click()
    expect(page.get_by_label("A beat, in seconds")).to_have_value("3.25")
    _compare(page)
    assert _sent(posted) == {"first_beat_s": 3.25, "first_count": 1}


def test_a_reference_that_the_browser_cannot_play_is_said_to_be_so(page: Page, url: str, posted: Posted) -> None:
    page.goto(url)
    page.get_by_text("The beats are wrong?").click()
    page.get_by_label("Tap along").check()
    expect(page.get_by_text("Choose the reference above")).to_be_visible()
    expect(page.get_by_role("button", name="Tap", exact=True)).to_be_disabled()
    choose(page, "reference", "dance.bvh")
    expect(page.get_by_text("A motion file has no sound.")).to_be_visible()
    choose(page, "reference", "reference.mp4")
    expect(page.get_by_text("This browser cannot play the reference.")).to_be_visible()
    choose(page, "take", "take.mp4")
    page.get_by_label("Type the tempo").check()
    page.get_by_label("Tempo, beats a minute").fill("120")
    page.get_by_label("A beat, in seconds").fill("0")
    _compare(page)
    assert _sent(posted) == {"bpm": 120, "first_beat_s": 0, "first_count": 1}


@pytest.mark.parametrize(
    ("music", "words"),
    [
        ({}, "Where counting begins is a guess"),
        ({"confidence": 0.3, "beat_in_bar": [1, 2, 3, 4] * 4}, "It is not certain that the beats"),
        ({"has_beat": False, "reason": "NO_STEADY_BEAT"}, "No beat was found in the reference"),
    ],
)  # fmt: skip
def test_a_report_with_doubtful_beats_leads_to_setting_them(
    page: Page, gateway: GatewayProcess, backends: FakeBackends, posted: Posted, music: dict[str, Any], words: str
) -> None:
    beats = [0.5 * place for place in range(16)]
    found: dict[str, Any] = {"has_beat": True, "reason": "OK", "beats_seconds": beats, "confidence": 0.9} | music
    backends.music = sync_pb2.Music(**found)
    backends.report = sample_report(has_beat=found["has_beat"])
    first = start_comparison(gateway, "teacher.mp4", "monday.mp4", model="lite", align="motion", mirrored=True)
    assert gateway.finished(first)["status"] == "succeeded"
    page.goto(f"{gateway.url}/comparisons/{first}")
    expect(page.locator(".beats-note")).to_contain_text(words)
    page.get_by_role("link", name="Set the beats yourself").click()
    expect(page.locator("#reference .file-name")).to_have_text("teacher.mp4")
    expect(page.locator("#take .file-name")).to_have_text("monday.mp4")
    expect(page.locator("#beats summary")).to_be_focused()
    page.get_by_label("Type the tempo").check()
    page.get_by_label("Tempo, beats a minute").fill("100")
    page.get_by_label("A beat, in seconds").fill("0.2")
    _compare(page)
    assert posted("/v1/videos") == []
    before, again = gateway.job(first), gateway.finished(page.url.rsplit("/", 1)[1])
    same = ("reference_video_id", "take_video_id", "model", "align", "mirrored", "skeletons_only")
    assert {name: before[name] for name in same} == {name: again[name] for name in same}
    assert again["beats"]["bpm"] == 100
    expect(page.locator(".beats-note")).to_contain_text("Counted by your own beats: 100.0 beats a minute.")
    page.get_by_role("link", name="Change the beats").click()
    expect(page.get_by_label("Tempo, beats a minute")).to_have_value("100")


def test_sure_beats_can_be_set_all_the_same(page: Page, gateway: GatewayProcess, backends: FakeBackends) -> None:
    backends.report = sample_report()
    page.goto(f"{gateway.url}/comparisons/{make_comparison(gateway)}")
    link = page.locator(".beats-note").get_by_role("link", name="The beats are wrong? Set them yourself")
    expect(link).to_have_attribute("href", re.compile(r"^/\?again=\w+#beats$"))


def test_own_beats_are_kept_when_a_cancelled_comparison_starts_again(
    page: Page, gateway: GatewayProcess, backends: FakeBackends
) -> None:
    backends.held.add("Extract")
    taps = {"taps_s": [1.0, 1.5, 2.0, 2.5], "first_count": 3}
    first = start_comparison(gateway, "a.mp4", "b.mp4", beats=taps)
    gateway.cancel(first)
    assert gateway.finished(first)["status"] == "cancelled"
    backends.held.clear()
    page.goto(f"{gateway.url}/comparisons/{first}")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".score-number")).to_have_text("75")
    again = page.url.rsplit("/", 1)[1]
    assert gateway.job(again)["beats"] == gateway.job(first)["beats"]
    page.get_by_role("link", name="Change the beats").click()
    expect(page.locator(".taps li")).to_have_count(4)
    expect(page.locator(".tap-readout")).to_contain_text("Count 3 at 0:01.0.")


def test_a_dance_is_made_to_typed_beats_and_changed_with_them(
    page: Page, gateway: GatewayProcess, posted: Posted
) -> None:
    dance = make_dance(gateway, gateway.upload(new_content(), "song.mp3"), seed=5, energy=0.5)
    page.goto(f"{gateway.url}/dances/{dance}")
    page.get_by_role("link", name="The beats are wrong? Set them yourself").click()
    expect(page.locator("#music .file-name")).to_have_text("song.mp3")
    expect(page.get_by_label("Seed")).to_have_value("5")
    page.get_by_label("Type the tempo").check()
    page.get_by_label("Tempo, beats a minute").fill("90")
    page.get_by_label("A beat, in seconds").fill("1.5")
    page.get_by_label("Metre").select_option("6/8, counted to six (a beat is an eighth)")
    page.get_by_role("button", name="Make a dance").click()
    expect(page.get_by_role("link", name="Made to your own beats. Change them")).to_be_visible()
    beats = {"bpm": 90, "first_beat_s": 1.5, "first_count": 1, "beats_per_bar": 6}
    assert _sent(posted, "/v1/dances") == beats
    page.get_by_role("button", name="Make the changed dance").click()
    expect(page.get_by_text("seed 6")).to_be_visible()
    changed = gateway.job(page.url.rsplit("/", 1)[1], "dances")
    assert beats.items() <= changed["beats"].items()


@pytest.mark.parametrize(
    "beats",
    [
        {"bpm": 90.0, "first_beat_s": 1.0},
        {"bpm": 180.0, "first_beat_s": 4.2, "beats_per_bar": 3, "first_count": 5},
        {"taps_s": [2.0, 2.52, 2.98, 3.5, 4.01], "beats_per_bar": 6},
        {"taps_s": [2.0, 2.52, 2.98, 3.5, 4.01], "first_beat_s": 7.1, "first_count": 1},
    ],
)
def test_the_lamps_count_as_the_server_does(page: Page, url: str, beats: dict[str, Any]) -> None:
    music = apply_own_beats(sync_pb2.Music(), BeatsBody(**beats), seconds=12.0)
    counts = counts_of(music)[:-1]
    page.goto(url)
    shown = page.evaluate(
        """async ([beats, times]) => {
          const { countAt } = await import("/static/js/beats/beat_grid.js");
          return times.map((time) => countAt(beats, time).count);
        }""",
        [beats, [(count.start_s + count.end_s) / 2 for count in counts]],
    )
    assert shown == [count.count for count in counts]
