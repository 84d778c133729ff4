"""The files with which browsers find poses: networks that describe their input, in bundles that MediaPipe loads."""

from __future__ import annotations

import io
import struct
import zipfile

import flatbuffers
import pytest

from eightcount_gateway.browser_pose import __main__ as command
from eightcount_gateway.browser_pose import files
from eightcount_gateway.browser_pose.task_bundle import build_task_bundle
from eightcount_gateway.browser_pose.tflite_metadata import describe_image_input, insert_metadata

METADATA = b"TFLITE_METADATA"


def write_model(*, metadata: dict[str, bytes]) -> bytes:
    """A TFLite model of two buffers and this metadata, and no operators."""
    builder = flatbuffers.Builder(0)
    description = builder.CreateString("made up")
    contents = [b"", b"weights of sixteen", *metadata.values()]
    data = [builder.CreateByteVector(content) for content in contents]
    buffers = [_table(builder, {0: position}) for position in data]
    names = [builder.CreateString(name) for name in metadata]
    entries = [_table(builder, {0: name}, numbers={1: 2 + i}) for i, name in enumerate(names)]
    parts = {3: description, 4: _vector(builder, buffers)} | ({6: _vector(builder, entries)} if entries else {})
    builder.Finish(_table(builder, parts, numbers={0: 3}, fields=8), b"TFL3")
    return bytes(builder.Output())


def _table(builder, parts, *, numbers=None, fields=2):
    builder.StartObject(fields)
    for number, value in (numbers or {}).items():
        builder.PrependUint32Slot(number, value, 0)
    for number, position in parts.items():
        builder.PrependUOffsetTRelativeSlot(number, position, 0)
    return builder.EndObject()


def _vector(builder, positions):
    builder.StartVector(4, len(positions), 4)
    for position in reversed(positions):
        builder.PrependUOffsetTRelative(position)
    return builder.EndVector()


class Table:
    """Reads a table of a FlatBuffer."""

    def __init__(self, data, position):
        self.table = flatbuffers.table.Table(data, position)

    @classmethod
    def root(cls, data):
        return cls(data, struct.unpack_from("<I", data)[0])

    def field(self, number):
        offset = self.table.Offset(4 + 2 * number)
        return offset and offset + self.table.Pos

    def number(self, number, form="<I"):
        return struct.unpack_from(form, self.table.Bytes, self.field(number))[0]

    def part(self, number):
        return Table(self.table.Bytes, self.table.Indirect(self.field(number)))

    def text(self, number):
        return self.table.String(self.field(number))

    def parts(self, number):
        offset = self.table.Offset(4 + 2 * number)
        start = self.table.Vector(offset)
        count = self.table.VectorLen(offset)
        return [Table(self.table.Bytes, self.table.Indirect(start + 4 * i)) for i in range(count)]

    def content(self, number):
        offset = self.table.Offset(4 + 2 * number)
        start = self.table.Vector(offset)
        return start, bytes(self.table.Bytes[start : start + self.table.VectorLen(offset)])

    def floats(self, number):
        start, _ = self.content(number)
        return list(
            struct.unpack_from(f"<{self.table.VectorLen(self.table.Offset(4 + 2 * number))}f", self.table.Bytes, start)
        )


def test_the_metadata_say_how_pixels_become_numbers():
    metadata = describe_image_input(mean=127.5, deviation=64.0)
    assert metadata[4:8] == b"M001"
    [graph] = Table.root(metadata).parts(3)
    [tensor] = graph.parts(2)
    assert tensor.text(0) == b"image"
    assert tensor.part(3).number(0, "<B") == 2, "an image"
    assert tensor.part(3).part(1).number(0, "<B") == 1, "in RGB"
    [unit] = tensor.parts(4)
    assert unit.number(0, "<B") == 1, "a normalisation"
    assert (unit.part(1).floats(0), unit.part(1).floats(1)) == ([127.5], [64.0])


@pytest.mark.parametrize(
    "before", [{}, {"min_runtime_version": b"1.5.0"}, {"TFLITE_METADATA": b"old", "other": b"kept"}]
)
def test_metadata_are_inserted_and_everything_else_stays(before):
    model = write_model(metadata=before)
    described = insert_metadata(model, b"new metadata")
    assert described[4:8] == b"TFL3"
    root = Table.root(described)
    assert (root.number(0), root.text(3)) == (3, b"made up")
    contents = [buffer.content(0) for buffer in root.parts(4)]
    assert [content for _, content in contents] == [b"", b"weights of sixteen", *before.values(), b"new metadata"]
    assert contents[-1][0] % 16 == 0, "aligned as TFLite wants it"
    assert (len(described) - len(model)) % 16 == 0, "so that the old contents keep their alignment"
    entries = {entry.text(0): contents[entry.number(1)][1] for entry in root.parts(6)}
    others = {name.encode(): content for name, content in before.items() if name != METADATA.decode()}
    assert entries == others | {METADATA: b"new metadata"}


def test_something_else_is_refused():
    with pytest.raises(ValueError, match="not a TFLite model"):
        insert_metadata(b"something else entirely", b"")


def test_a_bundle_holds_both_networks_uncompressed_and_aligned():
    model = write_model(metadata={})
    bundle = build_task_bundle(detector=model, landmarks=model + bytes(8))
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        assert archive.namelist() == ["pose_detector.tflite", "pose_landmarks_detector.tflite"]
        for entry in archive.infolist():
            assert entry.compress_type == zipfile.ZIP_STORED
            data = archive.read(entry)
            assert bundle.index(data, entry.header_offset) % 64 == 0
            assert data.endswith((model, model + bytes(8)))


def test_what_is_there_is_not_made_again(tmp_path, monkeypatch, capsys):
    fetched = []

    def fetch(folder, wanted):
        missing = [file for file in wanted if not (folder / file.name).exists()]
        for file in missing:
            (folder / file.name).parent.mkdir(parents=True, exist_ok=True)
            (folder / file.name).write_bytes(write_model(metadata={}))
        fetched.extend(missing)
        return missing

    monkeypatch.setattr(files, "fetch", fetch)
    assert command.main(["--folder", str(tmp_path)]) == 0
    assert "pose_landmarker_full.task, pose_landmarker_lite.task" in capsys.readouterr().out
    assert len(fetched) == len(files.RUNTIME) + len(files.WEIGHTS)
    assert command.main(["--folder", str(tmp_path)]) == 0
    assert "nothing to do" in capsys.readouterr().out
    assert not files.are_there(tmp_path), "they are not what they should be"
