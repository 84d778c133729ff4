"""Motions of the object store as standardised motions."""

from __future__ import annotations

from collections.abc import Sequence

from eightcount_classifier.features.body import BodyMotion, standardise_motion
from eightcount_common.rpc.wire import decode_motion, read_motion_messages
from eightcount_common.storage import ObjectStore


def load_body(store: ObjectStore, uri: str, *, beats_seconds: Sequence[float] = ()) -> BodyMotion:
    """Load a motion artifact and standardise it.

    Raises:
        NotFoundError: OBJECT_NOT_FOUND.
        InvalidInputError: the artifact is damaged, or its skeleton lacks a joint.
    """
    with store.open(store.key(uri)) as file:
        header, chunks = read_motion_messages(file)
        return standardise_motion(decode_motion(header, chunks), beats_seconds=beats_seconds)
