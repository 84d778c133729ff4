"""The contract of every object store, tested on a folder and on a real S3 server."""

from __future__ import annotations

import io
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from eightcount_common.errors import InvalidInputError, NotFoundError, UnavailableError
from eightcount_common.settings import StoreSettings
from eightcount_common.storage import ObjectStore, open_store
from eightcount_common.storage.s3 import S3Store
from tests.fakes.s3_server import running_s3_server

MEBIBYTE = 1024 * 1024


@pytest.fixture(scope="module")
def s3_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreSettings]:
    with running_s3_server(tmp_path_factory.mktemp("seaweedfs")) as settings:
        yield settings


@pytest.fixture(params=["folder", "s3"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> StoreSettings:
    if request.param == "folder":
        return StoreSettings(kind="folder", folder=tmp_path / "objects")
    shared: StoreSettings = request.getfixturevalue("s3_settings")
    return shared.model_copy(update={"s3_bucket": f"bucket-{abs(hash(tmp_path)) % 10**9}"})


@pytest.fixture
def store(settings: StoreSettings) -> ObjectStore:
    return open_store(settings)


class Sawtooth(io.RawIOBase):
    """Bytes that are computed when read: a long stream that never exists as a whole."""

    def __init__(self, size: int) -> None:
        self._left = size
        self.largest_read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        size = min(len(buffer), self._left, 300_000)
        self.largest_read = max(self.largest_read, len(buffer))
        start = self._left % 251
        buffer[:size] = (bytes(range(251)) * (size // 251 + 2))[start : start + size]
        self._left -= size
        return size


class Broken(io.RawIOBase):
    """A stream that breaks off after some megabytes, as an upload does when its client goes away."""

    def __init__(self, size: int) -> None:
        self._left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        if self._left <= 0:
            raise ConnectionResetError("the client went away")
        size = min(len(buffer), self._left)
        buffer[:size] = bytes(size)
        self._left -= size
        return size


def put(store: ObjectStore, key: str, data: bytes) -> None:
    store.put(key, io.BytesIO(data))


def get(store: ObjectStore, key: str, start: int = 0, stop: int | None = None) -> bytes:
    return b"".join(store.read(key, start=start, stop=stop))


def test_what_was_put_is_read_back(store):
    info = store.put("videos/a/content", io.BytesIO(b"hello"))
    assert info.size_bytes == 5
    assert get(store, "videos/a/content") == b"hello"
    assert store.stat("videos/a/content").size_bytes == 5
    assert store.exists("videos/a/content")


def test_an_empty_object_is_an_object(store):
    put(store, "empty", b"")
    assert store.stat("empty").size_bytes == 0
    assert get(store, "empty") == b""
    with store.open("empty") as file:
        assert file.read() == b""


def test_the_media_type_of_a_suffix_is_kept(store):
    store.put("a/side.mp4", io.BytesIO(b"x"), media_type="video/mp4")
    assert store.stat("a/side.mp4").media_type == "video/mp4"


def test_a_second_put_replaces_the_first(store):
    put(store, "key", b"a long first version")
    put(store, "key", b"second")
    assert get(store, "key") == b"second"


def test_a_stream_of_unknown_length_is_stored_whole_in_bounded_reads(store):
    size = 21 * MEBIBYTE + 17
    source = Sawtooth(size)
    assert store.put("long", source).size_bytes == size
    assert source.largest_read <= 8 * MEBIBYTE + 1
    expected = Sawtooth(size).read(MEBIBYTE)
    assert get(store, "long", 0, len(expected)) == expected
    assert sum(map(len, store.read("long"))) == size


def test_pieces_are_at_most_a_mebibyte(store):
    put(store, "large", bytes(3 * MEBIBYTE + 5))
    pieces = [len(piece) for piece in store.read("large")]
    assert sum(pieces) == 3 * MEBIBYTE + 5
    assert max(pieces) <= MEBIBYTE


@pytest.mark.parametrize(
    ("start", "stop", "expected"),
    [(0, 3, b"012"), (7, None, b"789"), (4, 5, b"4"), (9, 100, b"9"), (10, None, b""), (4, 4, b""), (6, 2, b"")],
)
def test_a_range_is_half_open_and_ends_with_the_object(store, start, stop, expected):
    put(store, "digits", b"0123456789")
    assert get(store, "digits", start, stop) == expected


def test_an_opened_object_can_be_read_in_any_order(store):
    data = os.urandom(2 * MEBIBYTE)
    put(store, "random", data)
    with store.open("random") as file:
        assert file.seekable()
        assert file.seek(-10, io.SEEK_END) == len(data) - 10
        assert file.read() == data[-10:]
        assert file.seek(1_000_003) == 1_000_003
        assert file.read(70_000) == data[1_000_003:1_070_003]
        file.seek(-5, io.SEEK_CUR)
        assert file.tell() == 1_069_998
        assert file.read(5) == data[1_069_998:1_070_003]
        file.seek(0)
        assert file.read() == data


def test_a_file_is_stored_and_stays(store, tmp_path):
    path = tmp_path / "with space.bin"
    path.write_bytes(b"content")
    assert store.put_file("a/b.bin", path).size_bytes == 7
    assert get(store, "a/b.bin") == b"content"
    assert path.read_bytes() == b"content"


def test_a_put_that_breaks_off_leaves_nothing(store):
    for size in (1000, 11 * MEBIBYTE):
        with pytest.raises(ConnectionResetError):
            store.put("broken", Broken(size))
    assert not store.exists("broken")
    assert list(store.list("")) == []


def test_a_put_that_breaks_off_leaves_the_old_object(store):
    put(store, "key", b"old")
    with pytest.raises(ConnectionResetError):
        store.put("key", Broken(11 * MEBIBYTE))
    assert get(store, "key") == b"old"


def test_a_reader_sees_the_old_or_the_new_object_and_never_half_of_it(store):
    versions = {bytes([number]) * 50_000 for number in range(6)}
    put(store, "key", min(versions))
    stopped = threading.Event()

    def write() -> None:
        for data in sorted(versions):
            put(store, "key", data)
        stopped.set()

    writer = threading.Thread(target=write)
    writer.start()
    while not stopped.is_set():
        assert get(store, "key") in versions
    writer.join()


def test_keys_are_listed_by_prefix_and_in_order(store):
    for key in ("m/a/2", "m/a/10", "m/b/1", "m/ab", "other"):
        put(store, key, key.encode())
    assert [info.key for info in store.list("m/a")] == ["m/a/10", "m/a/2", "m/ab"]
    assert [info.key for info in store.list("m/a/")] == ["m/a/10", "m/a/2"]
    assert [info.size_bytes for info in store.list("m/b/")] == [5]
    assert list(store.list("nothing/")) == []


def test_a_deleted_object_is_gone_and_deleting_nothing_is_no_error(store):
    put(store, "key", b"x")
    store.delete("key")
    store.delete("key")
    assert not store.exists("key")


@pytest.mark.parametrize("method", ["stat", "read", "open"])
def test_a_missing_object_is_not_found(store, method):
    with pytest.raises(NotFoundError) as caught:
        if method == "stat":
            store.stat("missing")
        elif method == "read":
            get(store, "missing")
        else:
            with store.open("missing"):
                pass
    assert caught.value.reason == "OBJECT_NOT_FOUND"
    assert not store.exists("missing")


@pytest.mark.parametrize("key", ["", "/a", "a/", "a//b", "../a", "a/../b", "a/.", "a b", "ä", "a\\b", "a\n", "x" * 600])
def test_a_malformed_key_is_refused(store, key):
    for use in (store.stat, store.exists, store.uri, store.delete, lambda key: put(store, key, b"")):
        with pytest.raises(InvalidInputError) as caught:
            use(key)
        assert caught.value.reason == "INVALID_OBJECT_KEY"


def test_a_uri_leads_back_to_its_key(store):
    uri = store.uri("videos/a-1/content")
    assert store.key(uri) == "videos/a-1/content"


@pytest.mark.parametrize(
    "uri", ["file:///etc/passwd", "s3://another-bucket/key", "http://example.org/a", "videos/a/content", ""]
)
def test_a_foreign_uri_is_refused(store, uri):
    with pytest.raises(InvalidInputError) as caught:
        store.key(uri)
    assert caught.value.reason == "FOREIGN_URI"


def test_a_uri_cannot_climb_out_of_the_store(store):
    with pytest.raises(InvalidInputError):
        store.key(store.uri("a").removesuffix("a") + "../../secret")


def test_two_stores_of_the_same_settings_see_the_same_objects(store, settings):
    put(store, "shared", b"x")
    assert get(open_store(settings), "shared") == b"x"


def test_an_s3_server_that_is_not_there_is_unavailable():
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    settings = StoreSettings(kind="s3", s3_endpoint=f"127.0.0.1:{port}", s3_secure=False)
    with pytest.raises(UnavailableError) as caught:
        open_store(settings)
    assert caught.value.retryable


def test_a_wrong_secret_is_refused_by_the_s3_server(s3_settings):
    with pytest.raises(UnavailableError, match="AccessDenied|SignatureDoesNotMatch"):
        open_store(s3_settings.model_copy(update={"s3_secret_key": SecretStr("wrong")}))


def test_reading_to_and_fro_in_an_s3_object_asks_for_each_part_of_it_once(s3_settings, monkeypatch):
    store = S3Store(s3_settings)
    data = os.urandom(3 * MEBIBYTE)
    put(store, "film", data)
    asked, fetch = [], store.fetch
    monkeypatch.setattr(store, "fetch", lambda key, start, stop: asked.append(start) or fetch(key, start, stop))
    with store.open("film") as file:
        for place in range(0, 400_000, 40_000):
            for start in (place, 2 * MEBIBYTE + place):
                file.seek(start)
                assert file.read(1000) == data[start : start + 1000]
    assert len(asked) == len(set(asked)) == 2
