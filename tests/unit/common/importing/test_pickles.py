from __future__ import annotations

import builtins
import contextlib
import copyreg
import io
import os
import pickle
import struct
import subprocess
from base64 import b64decode

import numpy as np
import pytest

from eightcount_common.errors import EightcountError, InvalidInputError, TooLargeError
from eightcount_common.importing.pickles import reading
from eightcount_common.importing.pickles.reading import read_pickle

PROTOCOLS = range(6)

NUMPY_1 = [
    "Y251bXB5LmNvcmUubXVsdGlhcnJheQpfcmVjb25zdHJ1Y3QKcDAKKGNudW1weQpuZGFycmF5CnAxCihJMAp0cDIKY19jb2RlY3MKZW5jb2RlCnAz"
    "CihWYgpwNApWbGF0aW4xCnA1CnRwNgpScDcKdHA4ClJwOQooSTEKKEkyCkkzCnRwMTAKY251bXB5CmR0eXBlCnAxMQooVmY0CnAxMgpJMDAKSTAx"
    "CnRwMTMKUnAxNAooSTMKVjwKcDE1Ck5OTkktMQpJLTEKSTAKdHAxNgpiSTAwCmczCihWXHUwMDAwXHUwMDAwXHUwMDAwXHUwMDAwXHUwMDAwXHUw"
    "MDAwgD9cdTAwMDBcdTAwMDBcdTAwMDBAXHUwMDAwXHUwMDAwQEBcdTAwMDBcdTAwMDCAQFx1MDAwMFx1MDAwMKBACnAxNwpnNQp0cDE4ClJwMTkK"
    "dHAyMApiLg==",
    "Y251bXB5LmNvcmUubXVsdGlhcnJheQpfcmVjb25zdHJ1Y3QKcQAoY251bXB5Cm5kYXJyYXkKcQEoSwB0cQJjX2NvZGVjcwplbmNvZGUKcQMoWAEA"
    "AABicQRYBgAAAGxhdGluMXEFdHEGUnEHdHEIUnEJKEsBKEsCSwN0cQpjbnVtcHkKZHR5cGUKcQsoWAIAAABmNHEMSTAwCkkwMQp0cQ1ScQ4oSwNY"
    "AQAAADxxD05OTkr/////Sv////9LAHRxEGJJMDAKaAMoWBsAAAAAAAAAAADCgD8AAABAAABAQAAAwoBAAADCoEBxEWgFdHESUnETdHEUYi4=",
    "gAJjbnVtcHkuY29yZS5tdWx0aWFycmF5Cl9yZWNvbnN0cnVjdApxAGNudW1weQpuZGFycmF5CnEBSwCFcQJjX2NvZGVjcwplbmNvZGUKcQNYAQAA"
    "AGJxBFgGAAAAbGF0aW4xcQWGcQZScQeHcQhScQkoSwFLAksDhnEKY251bXB5CmR0eXBlCnELWAIAAABmNHEMiYiHcQ1ScQ4oSwNYAQAAADxxD05O"
    "Tkr/////Sv////9LAHRxEGKJaANYGwAAAAAAAAAAAMKAPwAAAEAAAEBAAADCgEAAAMKgQHERaAWGcRJScRN0cRRiLg==",
    "gANjbnVtcHkuY29yZS5tdWx0aWFycmF5Cl9yZWNvbnN0cnVjdApxAGNudW1weQpuZGFycmF5CnEBSwCFcQJDAWJxA4dxBFJxBShLAUsCSwOGcQZj"
    "bnVtcHkKZHR5cGUKcQdYAgAAAGY0cQiJiIdxCVJxCihLA1gBAAAAPHELTk5OSv////9K/////0sAdHEMYolDGAAAAAAAAIA/AAAAQAAAQEAAAIBA"
    "AACgQHENdHEOYi4=",
    "gASVogAAAAAAAACMFW51bXB5LmNvcmUubXVsdGlhcnJheZSMDF9yZWNvbnN0cnVjdJSTlIwFbnVtcHmUjAduZGFycmF5lJOUSwCFlEMBYpSHlFKU"
    "KEsBSwJLA4aUaAOMBWR0eXBllJOUjAJmNJSJiIeUUpQoSwOMATyUTk5OSv////9K/////0sAdJRiiUMYAAAAAAAAgD8AAABAAABAQAAAgEAAAKBA"
    "lHSUYi4=",
    "gAWVjQAAAAAAAACMEm51bXB5LmNvcmUubnVtZXJpY5SMC19mcm9tYnVmZmVylJOUKJYYAAAAAAAAAAAAAAAAAIA/AAAAQAAAQEAAAIBAAACgQJSM"
    "BW51bXB5lIwFZHR5cGWUk5SMAmY0lImIh5RSlChLA4wBPJROTk5K/////0r/////SwB0lGJLAksDhpSMAUOUdJRSlC4=",
]
"""`numpy.arange(6, dtype="f4").reshape(2, 3)`, as numpy 1.26 pickles it in protocols 0 to 5."""

PYTHON_2 = (
    b"\x80\x02}q\x00U\x01kq\x01cnumpy.core.multiarray\n_reconstruct\nq\x02cnumpy\nndarray\nq\x03K\x00\x85q\x04U\x01bq\x05"
    b"\x87q\x06Rq\x07(K\x01K\x02\x85q\x08cnumpy\ndtype\nq\x09U\x02u1q\x0aK\x00K\x01\x87q\x0bRq\x0c(K\x03U\x01|q\x0dNNN"
    b"J\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tq\x0eb\x89U\x02\x07\xfftq\x0fbs."
)
"""`{"k": numpy.array([7, 255], "u1")}` as Python 2 pickles it."""


def read(data: bytes) -> object:
    return read_pickle(io.BytesIO(data))


def refusal(data: bytes) -> EightcountError:
    with pytest.raises((InvalidInputError, TooLargeError)) as raised:
        read(data)
    return raised.value


def same(given: object, expected: object) -> bool:
    if isinstance(expected, np.ndarray):
        return (
            isinstance(given, np.ndarray)
            and given.dtype == expected.dtype
            and given.shape == expected.shape
            and bool((given == expected).all())
        )
    return type(given) is type(expected) and given == expected


class Reduced:
    """Pickles as a call of anything."""

    def __init__(self, *reduced: object) -> None:
        self.reduced = reduced

    def __reduce__(self):
        return self.reduced


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    "value",
    [
        np.arange(24, dtype=np.float32).reshape(2, 3, 4),
        np.asfortranarray(np.arange(6).reshape(2, 3)),
        np.arange(24.0).reshape(2, 3, 4).transpose(1, 0, 2),
        np.arange(6, dtype=">i4"),
        np.arange(12)[::2],
        np.array([True, False]),
        np.array([1 + 2j]),
        np.array(["house", "krump"]),
        np.array([b"a", b"bc"]),
        np.zeros((0, 17, 3)),
        np.array(5, np.int16),
        np.float64(2.5),
        np.int32(-7),
        np.bool_(True),
        np.str_("x"),
        np.dtype("<f8"),
        None, True, False, 0, -1, 2**100, 1.5, 1 - 2j, "é\n\u2028", b"", b"\x00\xff", bytearray(b"ab"), bytearray(),
        {"a": [1, (2, 3), ()], 4: {5, "six"}, b"7": frozenset({8}), None: set()},
    ],
    ids=lambda value: type(value).__name__,  # the repr of a set differs between processes
)  # fmt: skip
def test_arrays_and_plain_values_come_back(value, protocol) -> None:
    assert same(read(pickle.dumps(value, protocol)), value)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_arrays_pickled_by_numpy_1_come_back(protocol) -> None:
    assert same(read(b64decode(NUMPY_1[protocol])), np.arange(6, dtype="f4").reshape(2, 3))


def test_arrays_pickled_by_python_2_come_back() -> None:
    content = read(PYTHON_2)
    assert isinstance(content, dict)
    assert same(content["k"], np.array([7, 255], np.uint8))


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_what_is_shared_is_shared_again_and_keeps_its_byte_order(protocol) -> None:
    array = np.arange(3, dtype=">f8")
    content = read(pickle.dumps({"a": array, "b": array, "c": array * 2, "d": array.dtype}, protocol))
    assert isinstance(content, dict)
    assert content["a"] is content["b"]
    assert same(content["c"], array * 2)
    assert content["d"] == np.dtype(">f8")


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    ("value", "name"),
    [
        (Reduced(os.system, ("touch /tmp/owned",)), "posix.system"),
        (Reduced(subprocess.Popen, (["true"],)), "Popen"),
        (Reduced(builtins.eval, ("1",)), "builtin"),
        (Reduced(builtins.exec, ("1",)), "builtin"),
        (Reduced(builtins.__import__, ("os",)), "__import__"),
        (Reduced(getattr, ("a", "upper")), "getattr"),
        (Reduced(open, ("/etc/passwd",)), "open"),
        (Reduced(np.fromfile, ("/etc/passwd",)), "fromfile"),
        (Reduced(np.load, ("x.npy",)), "load"),
        (Reduced(np.zeros, (10**12,)), "zeros"),
        (Reduced(np.memmap, ("/etc/passwd",)), "memmap"),
        (Reduced(copyreg._reconstructor, (object, object, None)), "_reconstructor"),
        (Reduced(pickle.loads, (b"N.",)), "loads"),
        (Reduced(type, ("X", (), {})), "type"),
        (Reduced(set, ([1],), {"x": 1}), "a change of the state of a set"),
        (Reduced(np.dtype, ("O", False, True)), "arrays of dtype O"),
        (Reduced(np.dtype, ("V1000000000", False, True)), "arrays of dtype V"),
        (Reduced(np.ndarray, ((10**9,),)), "numpy.ndarray"),
        (Reduced(bytearray, (10**12,)), "a bytearray of int"),
        (Reduced(bytes, (10**12,)), "bytes of int"),
        (np.array([1, "a", None], dtype=object), "arrays of dtype O8"),
        (np.zeros(2, dtype=[("a", "f4"), ("b", "i4")]), "arrays of dtype V8"),
        (np.zeros(2, dtype="M8[s]"), "arrays of dtype M8"),
        (np.ma.zeros(3), "numpy.ma"),
        (os.system, "posix.system"),
        (np.ndarray, "numpy.ndarray"),
        ([np.dtype], "numpy.dtype as a value"),
        ({(1, 2): 3}, "a key of type tuple"),
        (range(3), "range"),
        (InvalidInputError("x"), "eightcount_common"),
    ],
)
def test_everything_else_is_refused_and_named(value, name, protocol) -> None:
    error = refusal(pickle.dumps(value, protocol))
    assert error.reason == "UNSAFE_PICKLE"
    assert name in error.message


def test_nothing_is_run_before_it_is_refused(tmp_path) -> None:
    target = tmp_path / "owned"
    for protocol in PROTOCOLS:
        refusal(pickle.dumps({"keypoints": np.zeros(3), "x": Reduced(os.mkdir, (str(target),))}, protocol))
    assert not target.exists()
    pickle.loads(pickle.dumps(Reduced(os.mkdir, (str(target),))))
    assert target.exists(), "the pickle would have made the folder"


@pytest.mark.parametrize(
    "data",
    [
        b"cos\nsystem\n(S'true'\ntR.",
        b"cbuiltins\ngetattr\n(cbuiltins\n__import__\n(S'os'\ntRS'system'\ntR(S'true'\ntR.",
        b"c_codecs\nencode\ncbuiltins\ngetattr\n\x85R.",
        b"c_codecs\nencode\nq\x000}(X\x01\x00\x00\x00ah\x00u.",
        b"(S'true'\nios\nsystem\n.",
        b"(cos\nsystem\nS'true'\no.",
        b"\x80\x02cbuiltins\nobject\n)\x81.",
        b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x04true\x85R.",
        b"\x80\x04\x8c\x02os\x94\x8c\x06system\x940h\x00h\x01\x93.",
        b"\x80\x04\x8c\x05numpy\x8c\x10core.os.system.xx\x93.",
        b"\x80\x02cnumpy.core.multiarray\n_reconstruct.__globals__\n.",
        b"\x80\x02cnumpy.core.multiarray\n_reconstruct\ncbuiltins\nlist\nK\x00\x85C\x01b\x87R.",
        b"\x80\x02cnumpy\ndtype\nX\x02\x00\x00\x00f8\x85R.",
        b"\x80\x02cnumpy\ndtype\n}b.",
        b"\x80\x02cnumpy\ndtype\n]R.",
        b"\x80\x02]]R.",
        b"\x80\x02(K\x01K\x02d]b.",
        b"\x80\x02\x82\x01.",
        b"Pid\n.",
        b"\x80\x02K\x01Q.",
        b"\x80\x05\x97.",
    ],
)
def test_hand_made_programs_are_refused(data) -> None:
    assert refusal(data).reason in ("UNSAFE_PICKLE", "DAMAGED_PICKLE")


def test_a_registered_extension_is_no_way_round(monkeypatch) -> None:
    copyreg.add_extension("os", "mkdir", 240)
    try:
        data = pickle.dumps(os.mkdir, 2).replace(b"cposix\nmkdir\nq\x00", b"\x82\xf0")
        assert b"\x82\xf0" in data
        assert "EXT1" in refusal(data).message
    finally:
        copyreg.remove_extension("os", "mkdir", 240)


@pytest.mark.parametrize(
    ("shape", "raw"),
    [
        ((2**40,), b"\0" * 8),
        ((3,), b"\0" * 16),
        ((1,), b"\0" * 16),
        ((-1,), b"\0" * 8),
        ((2**62, 2**62), b""),
        ((1,) * 40, b"\0" * 8),
        (("1",), b"\0" * 8),
        ([1], b"\0" * 8),
    ],
)
def test_an_array_has_exactly_the_bytes_that_its_shape_wants(shape, raw) -> None:
    plain = np.zeros(1)
    rebuild, arguments, _ = plain.__reduce__()
    error = refusal(pickle.dumps(Reduced(rebuild, arguments, (1, shape, plain.dtype, False, raw)), 2))
    assert error.reason == "DAMAGED_PICKLE"


def test_sizes_of_absurd_length_are_refused_at_once() -> None:
    huge = 2 ** (8 * 200_000)
    plain = np.zeros(1)
    rebuild, arguments, _ = plain.__reduce__()
    refusal(pickle.dumps(Reduced(rebuild, arguments, (1, (huge,) * 8, plain.dtype, False, b"")), 2))
    refusal(b"\x80\x02" + b"r\xff\xff\xff\x7f" + b".")
    refusal(b"\x80\x04\x8e" + struct.pack("<Q", 2**60) + b"abc.")


def test_content_that_holds_itself_is_never_printed_hashed_or_copied() -> None:
    deep = b"\x80\x02]" + b"q\x00h\x00\x86" * 200
    for ending in (b"]R.", b"K\x01b.", b"\x8fcnumpy\ndtype\n]R.", b"}(h\x00K\x01u0h\x00\x85R."):
        refusal(deep + ending)
    nested = b"]" * 5000 + b"a" * 4999 + b"K\x01R."
    refusal(b"\x80\x02" + nested)


def test_copies_of_one_content_are_counted() -> None:
    text = b"X" + struct.pack("<I", 500_000) + b"a" * 500_000 + b"q\x00"
    copy = b"c_codecs\nencode\nh\x00X\x06\x00\x00\x00latin1\x86R"
    assert refusal(b"\x80\x02" + text + copy * 10 + b".").reason == "TOO_LARGE"


def test_limits_of_size_and_steps_are_held(monkeypatch) -> None:
    data = pickle.dumps(np.zeros(1000))
    with pytest.raises(TooLargeError) as raised:
        read_pickle(io.BytesIO(data), max_bytes=1000)
    assert raised.value.reason == "TOO_LARGE"
    monkeypatch.setattr(reading, "MAX_STEPS", 10)
    assert refusal(data).reason == "TOO_LARGE"


def test_a_file_cut_short_is_refused() -> None:
    for protocol in PROTOCOLS:
        data = pickle.dumps({"keypoints": np.arange(6.0), "names": ["a", 1]}, protocol)
        for end in range(len(data) - 1):
            assert refusal(data[:end]).reason in ("DAMAGED_PICKLE", "UNSAFE_PICKLE")


@pytest.mark.filterwarnings("ignore:invalid escape sequence:DeprecationWarning")
def test_damaged_bytes_give_a_value_or_a_refusal_and_nothing_else() -> None:
    random = np.random.default_rng(0)
    value = {"keypoints": np.arange(6.0), "more": [1, (2.5, "a", b"c"), {3}], "scalar": np.float32(1)}
    for protocol in PROTOCOLS:
        data = np.frombuffer(pickle.dumps(value, protocol), np.uint8)
        for _ in range(600):
            damaged = data.copy()
            damaged[random.integers(0, len(data), 3)] = random.integers(0, 256, 3)
            with contextlib.suppress(InvalidInputError, TooLargeError):
                read(damaged.tobytes())


def test_a_missing_file_is_refused_with_a_reason(tmp_path) -> None:
    with pytest.raises(InvalidInputError) as raised:
        read_pickle(tmp_path / "missing.pkl")
    assert raised.value.reason == "UNREADABLE_FILE"
