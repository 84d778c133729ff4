"""Motions of the object store, as the models see them."""

from __future__ import annotations

from collections.abc import Sequence

from eightcount_classifier.features.body import BodyMotion, standardise_motion
from eightcount_common.rpc.wire import decode_motion, read_motion_messages
from eightcount_common.storage import ObjectStore


def read_body(store: ObjectStore, uri: str, *, beats_seconds: Sequence[float] = ()) -> BodyMotion:
    """The motion of an artifact.

    Raises:
        NotFoundError: there is none.
        InvalidInputError: it is damaged, or of a skeleton that lacks a joint.
    """
    with store.open(store.key(uri)) as file:
        header, chunks = read_motion_messages(file)
        return standardise_motion(decode_motion(header, chunks), beats_seconds=beats_seconds)
