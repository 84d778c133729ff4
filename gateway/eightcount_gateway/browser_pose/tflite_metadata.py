"""Metadata in TFLite models: how the pixels of an image become the numbers of the input.

MediaPipe's tasks refuse a network without it, and packages have BlazePose without it. A TFLite model is a FlatBuffer,
in which tables name their parts by offsets forward: a new root table in front of the old bytes can name the old parts,
and nothing has to be read or written anew. Field numbers are those of TensorFlow's `schema.fbs` and of TFLite Support's
`metadata_schema.fbs`.
"""

from __future__ import annotations

import struct

import flatbuffers

_IDENTIFIER = b"TFL3"
_METADATA_IDENTIFIER = b"M001"
_NAME = b"TFLITE_METADATA"
_ALIGNMENT = 16
_VERSION, _BUFFERS, _METADATA, _FIELDS = 0, 4, 6, 8
"""Fields of the root table `Model`, and their number."""
_NORMALIZATION_OPTIONS, _IMAGE_PROPERTIES, _RGB = 1, 2, 1


def describe_image_input(*, mean: float, deviation: float) -> bytes:
    """Return the metadata of a model whose one input is an RGB image: (pixel - mean) / deviation."""
    builder = flatbuffers.Builder(256)
    name = builder.CreateString("image")
    numbers = [_floats(builder, [value]) for value in (mean, deviation)]
    options = _table(builder, 2, {0: numbers[0], 1: numbers[1]})
    unit = _table(builder, 2, {1: options}, kinds={0: _NORMALIZATION_OPTIONS})
    image = _table(builder, 2, {}, kinds={0: _RGB})
    content = _table(builder, 3, {1: image}, kinds={0: _IMAGE_PROPERTIES})
    tensor = _table(builder, 7, {0: name, 3: content, 4: _vector(builder, [unit])})
    graph = _table(builder, 9, {2: _vector(builder, [tensor])})
    builder.Finish(_table(builder, 8, {3: _vector(builder, [graph])}), _METADATA_IDENTIFIER)
    return bytes(builder.Output())


def insert_metadata(model: bytes, metadata: bytes) -> bytes:
    """Return the TFLite model with this metadata, in place of what describes its input now.

    Raises:
        ValueError: it is no TFLite model.
    """
    if model[4:8] != _IDENTIFIER:
        raise ValueError("the network is not a TFLite model")
    old = _OldModel(model)
    length = len(_Prefix(old, metadata, shift=0).build())
    return _Prefix(old, metadata, shift=length).build() + model


class _OldModel:
    """Positions of the parts of a model."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._root = self.read(0)
        self._vtable = self._root - struct.unpack_from("<i", data, self._root)[0]

    def read(self, position: int) -> int:
        """The unsigned number at a position."""
        return int(struct.unpack_from("<I", self._data, position)[0])

    def field(self, number: int) -> int:
        """Position of a field of the root table; 0 when it is absent."""
        size, at = struct.unpack_from("<H", self._data, self._vtable)[0], 4 + 2 * number
        offset = struct.unpack_from("<H", self._data, self._vtable + at)[0] if at < size else 0
        return self._root + offset if offset else 0

    def target(self, number: int) -> int:
        """Position of the part that a field of the root table names; 0 when it is absent."""
        field = self.field(number)
        return field + self.read(field) if field else 0

    def elements(self, number: int) -> list[int]:
        """Positions of the tables in a vector that the root table names."""
        vector = self.target(number)
        if not vector:
            return []
        places = [vector + 4 + 4 * i for i in range(self.read(vector))]
        return [place + self.read(place) for place in places]

    def other_metadata(self) -> list[int]:
        """Positions of the metadata that do not describe the input."""
        return [table for table in self.elements(_METADATA) if self._name_of(table) != _NAME]

    def _name_of(self, table: int) -> bytes:
        """The first field of a table, a string."""
        vtable = table - struct.unpack_from("<i", self._data, table)[0]
        field = table + struct.unpack_from("<H", self._data, vtable + 4)[0]
        text = field + self.read(field)
        return self._data[text + 4 : text + 4 + self.read(text)]


class _Prefix:
    """The new root table with all that it names and the old model lacks, to be put before the old model.

    Args:
        old: the model.
        metadata: to insert.
        shift: length of the prefix, by which every part of the old model moves.
    """

    def __init__(self, old: _OldModel, metadata: bytes, *, shift: int) -> None:
        self._old = old
        self._metadata = metadata
        self._shift = shift
        self._data = bytearray()

    def build(self) -> bytes:
        """Return the bytes, a multiple of 16."""
        self._add(struct.pack("<I", 0) + _IDENTIFIER)
        vtable = self._add(struct.pack(f"<{2 + _FIELDS}H", 4 + 2 * _FIELDS, 4 + 4 * _FIELDS, *self._field_offsets()))
        root = self._add(struct.pack(f"<i{_FIELDS}I", len(self._data) - vtable, *([0] * _FIELDS)))
        struct.pack_into("<I", self._data, 0, root)
        struct.pack_into("<i", self._data, root, root - vtable)
        for number in range(_FIELDS):
            self._copy_field(number, root + 4 + 4 * number)
        self._point(root + 4 + 4 * _BUFFERS, self._add_buffers())
        self._point(root + 4 + 4 * _METADATA, self._add_metadata())
        self._pad(_ALIGNMENT)
        return bytes(self._data)

    def _field_offsets(self) -> list[int]:
        added = (_BUFFERS, _METADATA)
        return [4 + 4 * number if number in added or self._old.field(number) else 0 for number in range(_FIELDS)]

    def _copy_field(self, number: int, position: int) -> None:
        if number == _VERSION:
            struct.pack_into("<I", self._data, position, self._old.read(self._old.field(number)))
        elif target := self._old.target(number):
            self._point(position, target + self._shift)

    def _add_buffers(self) -> int:
        """Add the vector of the old buffers and a new one, and return its position."""
        old = self._old.elements(_BUFFERS)
        vector = self._add_vector([*(position + self._shift for position in old), 0])
        vtable = self._add(struct.pack("<3H", 6, 8, 4))
        table = self._add(struct.pack("<iI", 0, 0))
        struct.pack_into("<i", self._data, table, table - vtable)
        self._point(vector + 4 + 4 * len(old), table)
        self._pad(_ALIGNMENT, ahead=4)
        self._point(table + 4, self._add(struct.pack("<I", len(self._metadata)) + self._metadata))
        return vector

    def _add_metadata(self) -> int:
        """Add the vector of the old metadata and a new one, and return its position."""
        old = self._old.other_metadata()
        vector = self._add_vector([*(position + self._shift for position in old), 0])
        vtable = self._add(struct.pack("<4H", 8, 12, 4, 8))
        table = self._add(struct.pack("<iII", 0, 0, len(self._old.elements(_BUFFERS))))
        struct.pack_into("<i", self._data, table, table - vtable)
        self._point(vector + 4 + 4 * len(old), table)
        self._point(table + 4, self._add(struct.pack("<I", len(_NAME)) + _NAME + b"\0"))
        return vector

    def _add_vector(self, positions: list[int]) -> int:
        vector = self._add(struct.pack(f"<I{len(positions)}I", len(positions), *([0] * len(positions))))
        for i, position in enumerate(positions):
            if position:
                self._point(vector + 4 + 4 * i, position)
        return vector

    def _point(self, position: int, target: int) -> None:
        """Write the offset at a position to a target behind it; while the length is measured, targets are not known."""
        struct.pack_into("<I", self._data, position, max(0, target - position))

    def _add(self, data: bytes) -> int:
        self._pad(4)
        position = len(self._data)
        self._data += data
        return position

    def _pad(self, alignment: int, *, ahead: int = 0) -> None:
        """Fill up so that what comes `ahead` bytes later is aligned."""
        self._data += bytes(-(len(self._data) + ahead) % alignment)


def _table(
    builder: flatbuffers.Builder, fields: int, parts: dict[int, int], *, kinds: dict[int, int] | None = None
) -> int:
    """Add a table: `parts` are positions of what it names, `kinds` bytes, both by number of the field."""
    builder.StartObject(fields)
    for number, part in parts.items():
        builder.PrependUOffsetTRelativeSlot(number, part, 0)
    for number, kind in (kinds or {}).items():
        builder.PrependByteSlot(number, kind, 0)
    return int(builder.EndObject())


def _vector(builder: flatbuffers.Builder, parts: list[int]) -> int:
    builder.StartVector(4, len(parts), 4)
    for part in reversed(parts):
        builder.PrependUOffsetTRelative(part)
    return int(builder.EndVector())


def _floats(builder: flatbuffers.Builder, values: list[float]) -> int:
    builder.StartVector(4, len(values), 4)
    for value in reversed(values):
        builder.PrependFloat32(value)
    return int(builder.EndVector())
