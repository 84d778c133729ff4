"""Alignment by sound, on synthetic music."""

import tracemalloc
from contextlib import ExitStack

import numpy as np
import pytest
from librosa.effects import time_stretch
from scipy.signal import resample

from eightcount_common.errors import CancelledError
from eightcount_sync.alignment import Alignment, Verdict
from eightcount_sync.audio import audio_alignment
from eightcount_sync.audio.audio_alignment import align_audio
from eightcount_sync.audio.samples import samples_from_array
from tests.unit.sync.signals import Samples, noisy, song

RATE = 8000


@pytest.fixture(scope="module")
def music() -> Samples:
    return song(1, 40)


def aligned(a: Samples, b: Samples, **options) -> Alignment:
    with ExitStack() as stack:
        return align_audio(
            stack.enter_context(samples_from_array(a)), stack.enter_context(samples_from_array(b)), **options
        )


def stretched(samples: Samples, factor: float) -> Samples:
    """As long as `factor` times the samples, by Fourier resampling."""
    return resample(samples, round(len(samples) * factor)).astype(np.float32)


def test_offset_is_found_in_noise_to_a_tenth_of_a_millisecond(music):
    answer = aligned(music, noisy(music[5 * RATE + 3 : 25 * RATE], 2, snr_db=-5.0))
    assert answer.verdict is Verdict.ALIGNED
    assert answer.offset_seconds == pytest.approx(5.0 + 3 / RATE, abs=1e-4)
    assert answer.clock_ratio == pytest.approx(1.0, abs=1e-5)
    assert answer.confidence > 0.9


def test_offset_is_negative_when_the_take_starts_first(music):
    answer = aligned(music[5 * RATE : 25 * RATE], noisy(music[:20_0000], 2, snr_db=5.0))
    assert answer.verdict is Verdict.ALIGNED
    assert answer.offset_seconds == pytest.approx(-5.0, abs=1e-4)


def test_offset_is_found_between_samples(music):
    fine = np.fft.rfft(music[: 20 * RATE])
    late = np.fft.irfft(fine * np.exp(-2j * np.pi * np.arange(len(fine)) * 0.4 / (20 * RATE)))
    answer = aligned(music[: 20 * RATE], noisy(late.astype(np.float32), 3, snr_db=20.0))
    assert answer.offset_seconds == pytest.approx(-0.4 / RATE, abs=1e-5)


def test_partial_overlap_is_enough(music):
    answer = aligned(noisy(music[: 20 * RATE], 1, snr_db=5.0), noisy(music[14 * RATE : 34 * RATE], 2, snr_db=5.0))
    assert answer.verdict is Verdict.ALIGNED
    assert answer.offset_seconds == pytest.approx(14.0, abs=2e-4)
    assert answer.overlap_seconds == pytest.approx(6.0, abs=0.01)


def test_clip_of_two_seconds_is_found(music):
    answer = aligned(music, noisy(music[17 * RATE : 19 * RATE], 2, snr_db=10.0))
    assert answer.verdict is Verdict.ALIGNED
    assert answer.offset_seconds == pytest.approx(17.0, abs=2e-4)


def test_clock_drift_is_told(music):
    answer = aligned(music, noisy(stretched(music, 1.0 / 1.0005), 2, snr_db=10.0))
    assert answer.verdict is Verdict.ALIGNED
    assert answer.clock_ratio == pytest.approx(1.0005, abs=3e-6)
    assert answer.speed_ratio == 1.0
    assert answer.offset_seconds == pytest.approx(0.0, abs=2e-4)


def test_dropped_frames_become_two_pieces(music):
    take = noisy(np.delete(music[: 30 * RATE], np.s_[15 * RATE : 15 * RATE + 800]), 2, snr_db=15.0)
    answer = aligned(music, take)
    assert answer.verdict is Verdict.ALIGNED
    assert [piece.line.offset_seconds for piece in answer.segments] == pytest.approx([0.0, 0.1], abs=5e-4)
    assert answer.segments[0].b_end_seconds == pytest.approx(15.0, abs=0.25)


def test_pause_of_the_recording_becomes_two_pieces(music):
    take = noisy(np.delete(music, np.s_[15 * RATE : 20 * RATE]), 2, snr_db=10.0)
    answer = aligned(music, take)
    assert answer.verdict is Verdict.ALIGNED
    assert [piece.line.offset_seconds for piece in answer.segments] == pytest.approx([0.0, 5.0], abs=5e-4)
    assert answer.segments[0].b_end_seconds == pytest.approx(15.0, abs=0.25)


def test_music_that_was_stopped_in_between_becomes_two_pieces(music):
    silence = np.zeros(3 * RATE, np.float32)
    take = noisy(np.concatenate([music[: 12 * RATE], silence, music[12 * RATE : 30 * RATE]]), 2, snr_db=10.0)
    answer = aligned(music, take)
    assert answer.verdict is Verdict.ALIGNED
    assert [piece.line.offset_seconds for piece in answer.segments] == pytest.approx([0.0, -3.0], abs=5e-4)


def test_take_that_goes_on_after_the_reference_has_no_step_there():
    verse = song(5, 10)
    reference = np.concatenate([song(6, 10), verse])
    answer = aligned(reference, noisy(np.concatenate([song(6, 10), verse, verse]), 2, snr_db=10.0))
    assert answer.verdict is Verdict.ALIGNED
    assert answer.segments == ()
    assert answer.offset_seconds == pytest.approx(0.0, abs=1e-4)


def test_direct_sound_is_found_below_its_reverberation(music):
    generator = np.random.default_rng(4)
    tail = generator.standard_normal(int(0.8 * RATE)) * 10.0 ** (-3.0 * np.arange(int(0.8 * RATE)) / (0.8 * RATE))
    tail *= 2.0 / np.sqrt(np.sum(tail**2))  # 6 dB above the direct sound
    tail[0] = 1.0
    take = np.convolve(music[5 * RATE : 25 * RATE], tail)[: 20 * RATE]
    answer = aligned(music, noisy(take.astype(np.float32), 2, snr_db=20.0))
    assert answer.verdict is Verdict.ALIGNED
    assert answer.offset_seconds == pytest.approx(5.0, abs=1e-4)


def test_recording_against_itself_is_offset_zero(music):
    answer = aligned(music, music)
    assert answer.verdict is Verdict.ALIGNED
    assert answer.offset_seconds == pytest.approx(0.0, abs=1e-6)
    assert answer.confidence > 0.99


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_other_song_is_refused(music, seed):
    answer = aligned(music, song(seed, 20, bpm=97.0 + seed))
    assert (answer.verdict, answer.reason) == (Verdict.NO_MATCH, "DIFFERENT_MUSIC")
    assert answer.message


def test_other_song_of_the_same_band_and_tempo_is_refused(music):
    answer = aligned(music, song(12, 20))
    assert (answer.verdict, answer.reason) == (Verdict.NO_MATCH, "DIFFERENT_MUSIC")


def test_noise_is_refused(music):
    noise = np.random.default_rng(1).standard_normal(20 * RATE).astype(np.float32)
    assert aligned(music, noise).verdict is Verdict.NO_MATCH


def test_silence_is_refused_with_its_reason(music):
    answer = aligned(music, np.zeros(10 * RATE, np.float32))
    assert (answer.verdict, answer.reason) == (Verdict.NO_MATCH, "SILENT_AUDIO")


def test_half_a_second_is_too_short(music):
    assert aligned(music, music[:4000]).reason == "TOO_SHORT"


@pytest.mark.parametrize("search_speed", [False, True])
def test_loop_is_ambiguous_and_names_its_places(music, search_speed):
    loop = np.tile(music[: 4 * RATE], 6)
    answer = aligned(loop, noisy(loop[: 12 * RATE], 2, snr_db=20.0), search_speed=search_speed)
    assert (answer.verdict, answer.reason) == (Verdict.AMBIGUOUS, "REPEATING_MUSIC")
    assert len(answer.candidates) > 1
    assert answer.candidates[0].strength == 1.0
    assert all(candidate.speed_ratio == 1.0 for candidate in answer.candidates)
    for candidate in answer.candidates:
        assert candidate.offset_seconds % 4.0 == pytest.approx(0.0, abs=0.01) or candidate.offset_seconds % 4.0 > 3.99


def test_slowed_take_is_found_with_its_speed(music):
    take = noisy(stretched(music[4 * RATE : 24 * RATE], 1 / 0.8), 2, snr_db=15.0)
    assert aligned(music, take).verdict is Verdict.NO_MATCH
    answer = aligned(music, take, search_speed=True)
    assert answer.verdict is Verdict.ALIGNED
    assert answer.speed_ratio == pytest.approx(0.8, rel=1e-4)
    assert answer.clock_ratio == 1.0
    assert answer.offset_seconds == pytest.approx(4.0, abs=2e-3)


def test_stretched_take_is_found_with_its_speed(music):
    take = noisy(time_stretch(music[4 * RATE : 29 * RATE], rate=1.25, n_fft=512), 2, snr_db=15.0)
    answer = aligned(music, take, search_speed=True)
    assert answer.verdict is Verdict.ALIGNED
    assert answer.speed_ratio == pytest.approx(1.25, rel=5e-4)
    assert answer.offset_seconds == pytest.approx(4.0, abs=0.02)
    assert answer.confidence > 0.9


@pytest.mark.parametrize("keep_pitch", [False, True])
def test_loop_at_another_speed_is_ambiguous(music, keep_pitch):
    loop = np.tile(music[: 5 * RATE], 7)
    part = loop[: 20 * RATE]
    take = noisy(time_stretch(part, rate=0.8, n_fft=512) if keep_pitch else stretched(part, 1 / 0.8), 2, snr_db=20.0)
    answer = aligned(loop, take, search_speed=True)
    assert (answer.verdict, answer.reason) == (Verdict.AMBIGUOUS, "REPEATING_MUSIC")
    for candidate in answer.candidates:
        assert candidate.speed_ratio == pytest.approx(0.8, rel=2e-3)
        assert (candidate.offset_seconds + 2.5) % 5.0 == pytest.approx(2.5, abs=0.05)


@pytest.mark.parametrize("seed", [11, 12])
def test_other_song_is_refused_at_any_speed(music, seed):
    assert aligned(music, song(seed, 20), search_speed=True).verdict is Verdict.NO_MATCH


def test_recordings_too_long_for_other_speeds_are_refused_with_that_reason(music, monkeypatch):
    monkeypatch.setattr(audio_alignment, "MAX_SPEED_SEARCH_SECONDS", 60.0)
    take = noisy(stretched(music[4 * RATE : 28 * RATE], 1 / 0.8), 2, snr_db=15.0)
    answer = aligned(music, take, search_speed=True)
    assert answer.verdict is Verdict.NO_MATCH
    assert "too long" in answer.message


def test_speed_near_to_equal_is_found_too(music):
    take = noisy(stretched(music[4 * RATE : 24 * RATE], 1 / 1.01), 2, snr_db=15.0)
    answer = aligned(music, take, search_speed=True)
    assert answer.verdict is Verdict.ALIGNED
    assert answer.speed_ratio == pytest.approx(1.01, rel=1e-4)


def test_answers_do_not_change_from_run_to_run(music):
    take = noisy(music[: 15 * RATE], 2, snr_db=0.0)
    assert aligned(music, take) == aligned(music, take)


def test_work_stops_when_it_is_cancelled(music):
    def stop() -> None:
        raise CancelledError("enough")

    with pytest.raises(CancelledError):
        aligned(music, music[RATE:], check=stop)


def test_memory_does_not_grow_with_the_recordings():
    sound = np.random.default_rng(1).standard_normal(620 * RATE).astype(np.float32)

    def peak_bytes(seconds: int) -> int:
        with (
            samples_from_array(sound[: seconds * RATE]) as a,
            samples_from_array(sound[7 * RATE : (7 + seconds) * RATE]) as b,
        ):
            tracemalloc.start()
            answer = align_audio(a, b)
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        assert answer.offset_seconds == pytest.approx(7.0, abs=1e-4)
        return peak

    # What both need besides, the libraries, is ten times as much.
    assert peak_bytes(600) < peak_bytes(30) + 20_000_000
