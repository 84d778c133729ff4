"""The index of stored resources."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from eightcount_common.errors import NotFoundError
from eightcount_common.storage.folder import FolderStore
from eightcount_gateway.jobs.database import open_database
from eightcount_gateway.library.index import Entry, Filter, ResourceIndex


@pytest.fixture
def index(tmp_path: Path) -> ResourceIndex:
    return ResourceIndex(open_database(f"sqlite:///{tmp_path / 'jobs.sqlite'}"))


def moment(second: int) -> str:
    return f"2026-01-01T00:00:{second:02}.000+00:00"


def put_record(store: FolderStore, key: str, **record: Any) -> None:
    store.put(key, io.BytesIO(json.dumps(record).encode()))


def test_entries_are_listed_newest_first_and_go_on_after_a_cursor(index):
    for second in (1, 3, 2):
        index.put(Entry("video", f"v{second}", moment(second), "a.mp4"))
    first = index.list("video", limit=2)
    assert [entry.id for entry in first] == ["v3", "v2"]
    rest = index.list("video", limit=2, after=(first[-1].created_at, first[-1].id))
    assert [entry.id for entry in rest] == ["v1"]


def test_entries_of_one_moment_are_all_listed_once(index):
    for name in "abc":
        index.put(Entry("skeleton", name, moment(0), "rig.bvh"))
    found: list[Entry] = []
    while page := index.list("skeleton", limit=1, after=(found[-1].created_at, found[-1].id) if found else None):
        found += page
    assert sorted(entry.id for entry in found) == ["a", "b", "c"]


def test_filters_and_removal(index):
    index.put(Entry("video", "v1", moment(1), "a.mp4", "0" * 64))
    index.put(Entry("motion", "m1", moment(2), "a.npz", "0" * 64))
    assert [entry.id for entry in index.find_by_content("0" * 64)] == ["m1", "v1"]
    assert index.list("video", limit=9, where=Filter(file_name="b.mp4")) == []
    assert index.list("video", limit=9, where=Filter(created_after=moment(1))) == []
    index.remove("video", "v1")
    assert not index.contains("video", "v1")


def test_what_was_stored_before_there_was_an_index_is_found(index, tmp_path):
    store = FolderStore(tmp_path / "objects")
    common = {"size_bytes": 9, "sha256": "1" * 64, "created_at": moment(1)}
    put_record(store, "videos/v/video.json", id="v", file_name="a.mp4", content_deleted=False, **common)
    put_record(store, "videos/m/video.json", id="m", file_name="a.bvh", content_deleted=True, **common)
    put_record(store, "skeletons/s/skeleton.json", id="s", file_name="r.bvh", created_at=moment(2))
    index.fill_once(store)
    assert [[entry.id for entry in index.list(kind, limit=9)] for kind in ("video", "motion", "skeleton")] == [
        ["v"], ["m"], ["s"],
    ]  # fmt: skip
    put_record(store, "videos/later/video.json", id="later", file_name="a.mp4", content_deleted=False, **common)
    index.fill_once(store)
    assert not index.contains("video", "later"), "the store is read once"


def test_an_entry_without_a_record_is_passed_over_and_removed(index):
    for second in range(4):
        index.put(Entry("video", f"v{second}", moment(second), "a.mp4"))

    def read(video_id: str) -> str:
        if video_id in {"v3", "v1"}:
            raise NotFoundError("gone")
        return video_id

    assert index.read("video", read, limit=2) == ["v2", "v0"]
    assert [entry.id for entry in index.list("video", limit=9)] == ["v2", "v0"]
