"""Skeletons of the users' characters, kept for dances that are written for them."""

from __future__ import annotations

import io
import json
import re
import secrets
import tempfile
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import cast

from eightcount_common.errors import NotFoundError
from eightcount_common.importing.character.character import Character, read_character
from eightcount_common.storage import ObjectStore
from eightcount_gateway.library.hashing import ByteMeter
from eightcount_gateway.library.index import Entry, Filter, ResourceIndex
from eightcount_gateway.threads import run_in_thread

MAX_BYTES = 128 * 1024**2
"""Largest BVH file that is taken in; of its motion, only the first frame counts."""
_IN_MEMORY_BYTES = 1024**2
_ID = re.compile(r"[0-9a-f]{20}")


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A character that dances can be written for.

    Attributes:
        id: names it.
        file_name: as it was sent.
        size_bytes: of the file.
        joints: names of its joints, end sites left out.
        parts: what was found, by part of the body: the name of its joint.
        created_at: ISO 8601.
    """

    id: str
    file_name: str
    size_bytes: int
    joints: list[str]
    parts: dict[str, str]
    created_at: str


class SkeletonLibrary:
    """Skeletons in the object store: `skeletons/<id>/skeleton.bvh`, and what is known of it beside."""

    def __init__(self, store: ObjectStore, index: ResourceIndex, *, max_bytes: int) -> None:
        self._store = store
        self._index = index
        self._max_bytes = min(MAX_BYTES, max_bytes)

    async def add(self, file_name: str, pieces: AsyncIterator[bytes]) -> Skeleton:
        """Store a BVH file whose skeleton dances can be written for.

        Raises:
            TooLargeError: it passes the size limit.
            InvalidInputError: it is no BVH file, SKELETON_UNKNOWN or SKELETON_UNUSABLE.
        """
        meter = ByteMeter(self._max_bytes)
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES) as file:
            async for piece in meter.through(pieces):
                await run_in_thread(file.write, piece)
            file.seek(0)
            character = await run_in_thread(read_character, file)
            skeleton = _describe(character, file_name, meter.size)
            file.seek(0)
            await run_in_thread(self._keep, skeleton, cast("io.BytesIO", file))
        return skeleton

    def get(self, skeleton_id: str) -> Skeleton:
        """Return the stored metadata of a skeleton. Blocking.

        Raises:
            NotFoundError: SKELETON_NOT_FOUND.
        """
        try:
            if not _ID.fullmatch(skeleton_id):
                raise NotFoundError("not an id")
            values = json.loads(b"".join(self._store.read(_record_key(skeleton_id))))
        except NotFoundError as error:
            message = f"there is no skeleton {skeleton_id[:64]!r}; send its BVH file to POST /v1/skeletons"
            raise NotFoundError(message, reason="SKELETON_NOT_FOUND") from error
        return Skeleton(**values)

    def delete(self, skeleton_id: str) -> None:
        """Delete a skeleton's file, its record and its entry in the index. Blocking."""
        for key in (skeleton_key(skeleton_id), _record_key(skeleton_id)):
            self._store.delete(key)
        self._index.remove("skeleton", skeleton_id)

    def list(self, *, limit: int, after: tuple[str, str] | None = None, where: Filter | None = None) -> list[Skeleton]:
        """Return skeletons, newest first. Blocking.

        Args:
            limit: largest number of them.
            after: `created_at` and `id` of the last one of the page before.
            where: which of them.
        """
        return self._index.read("skeleton", self.get, limit=limit, after=after, where=where)

    def _keep(self, skeleton: Skeleton, file: io.BytesIO) -> None:
        self._store.put(skeleton_key(skeleton.id), file, media_type="text/plain")
        record = io.BytesIO(json.dumps(asdict(skeleton)).encode())
        self._store.put(_record_key(skeleton.id), record, media_type="application/json")
        self._index.put(Entry("skeleton", skeleton.id, skeleton.created_at, skeleton.file_name))


def _describe(character: Character, file_name: str, size: int) -> Skeleton:
    bvh, parts = character.bvh, character.parts
    found = {"pelvis": parts.pelvis} | dict(parts.limbs) | ({"head": parts.head} if parts.head is not None else {})
    return Skeleton(
        secrets.token_hex(10),
        file_name,
        size,
        [name for name, channels in zip(bvh.joints, bvh.channels, strict=True) if channels],
        {part: bvh.joints[joint] for part, joint in found.items()},
        datetime.now(UTC).isoformat(timespec="milliseconds"),
    )


def skeleton_key(skeleton_id: str) -> str:
    """Key of a skeleton's file."""
    return f"skeletons/{skeleton_id}/skeleton.bvh"


def _record_key(skeleton_id: str) -> str:
    return f"skeletons/{skeleton_id}/skeleton.json"
