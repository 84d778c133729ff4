"""Reading of the items of a training: those that cannot be used are rejected with a reason, the others are read."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from eightcount.models.v1 import models_pb2
from eightcount_common.errors import CancelledError, EightcountError
from eightcount_common.models.codec import encode_rejected_item

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ItemRead:
    """One item was read or rejected.

    Attributes:
        number: number of the item, from 1.
        total: number of items.
        rejected: reason if it cannot be used.
    """

    number: int
    total: int
    rejected: models_pb2.RejectedItem | None = None


@dataclass(frozen=True, slots=True)
class TrainingData(Generic[T]):
    """The data of the items that can be used, and the items that cannot."""

    used: list[T] = field(default_factory=list)
    rejected: list[models_pb2.RejectedItem] = field(default_factory=list)


def read_items(
    items: Sequence[models_pb2.TrainingItem], labels: Sequence[str],
    read: Callable[[models_pb2.TrainingItem, str], T], *, fatal: tuple[type[EightcountError], ...] = (),
) -> Generator[ItemRead, None, TrainingData[T]]:  # fmt: skip
    """Read the items one by one; yield after each, and return the data.

    Args:
        items: items of the request.
        labels: label of each item in reports.
        read: reads an item, given its label.
        fatal: errors that end the training although they occur while an item is read.

    Raises:
        CancelledError: as `read` raises it.
        EightcountError: one of `fatal`.
    """
    data: TrainingData[T] = TrainingData()
    for number, (item, label) in enumerate(zip(items, labels, strict=True), 1):
        rejected = None
        try:
            data.used.append(read(item, label))
        except EightcountError as error:
            if isinstance(error, (CancelledError, *fatal)):
                raise
            rejected = encode_rejected_item(label, error)
            data.rejected.append(rejected)
        yield ItemRead(number, len(items), rejected)
    return data
