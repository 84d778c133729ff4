"""The cache of decoded sound, and the order of eviction."""

import gc
import os

import pytest

from eightcount_sync.audio.samples import RATE_HERTZ, decode_samples
from eightcount_sync.service.lru_cache import LruCache
from tests.unit.sync.signals import song, wav


def test_the_least_recently_used_leaves_first():
    memory: LruCache[str] = LruCache(30)
    for key in "abc":
        memory.put(key, key.upper(), 10)
    assert memory.get("a") == "A"
    memory.put("d", "D", 10)
    assert [memory.get(key) for key in "abcd"] == ["A", None, "C", "D"]


def test_what_is_larger_than_the_limit_is_not_kept_and_drives_nothing_out():
    memory: LruCache[str] = LruCache(30)
    memory.put("a", "A", 10)
    memory.put("b", "B", 31)
    assert [memory.get(key) for key in "ab"] == ["A", None]


def test_a_recording_can_be_read_after_its_file_is_closed_and_its_space_is_given_back():
    with wav(song(1, 3)) as file:
        recording = decode_samples(file)
    descriptor = recording.descriptor
    assert len(recording.read(0, 3 * RATE_HERTZ)) == 3 * RATE_HERTZ
    assert recording.read(RATE_HERTZ, 10).any()
    del recording
    gc.collect()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)
