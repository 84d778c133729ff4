"""The objects that belong to the content of a video: motions, preview, analysis of the music, and image features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from eightcount_common.errors import NotFoundError
from eightcount_common.storage import ObjectStore
from eightcount_gateway.jobs.kind import Resource
from eightcount_gateway.library.motions.refs import MotionRef, preview_key_of


@dataclass(frozen=True, slots=True)
class ContentUse:
    """The use that a job or a record makes of a content; everything but its motions is always used.

    Attributes:
        name: of the one motion that is used; any of them when it is empty.
        motions: whether a motion is used at all.
    """

    name: str = ""
    motions: bool = True


@dataclass(frozen=True, slots=True)
class ContentFiles:
    """One motion, the preview, the music analysis or the image features of a content, and the keys.

    Attributes:
        resource: what they are.
        keys: of the objects.
        motion_name: prefix of the motion; empty for other files.
        requires_bytes: whether nobody can use them once the bytes of the video are deleted.
    """

    resource: Resource
    keys: Sequence[str]
    motion_name: str = field(default="")
    requires_bytes: bool = False

    def is_needed(self, use: ContentUse) -> bool:
        """Return whether that use needs these files."""
        if not self.motion_name:
            return True
        return use.motions and use.name in ("", self.motion_name)

    def delete(self, store: ObjectStore) -> None:
        """Delete the files. Blocking."""
        for key in self.keys:
            store.delete(key)


def list_content_files(store: ObjectStore, sha256: str) -> list[ContentFiles]:
    """Return what the store has of a content. Blocking."""
    found = []
    keys = [info.key for info in store.list(f"motions/{sha256}/")]
    names = dict.fromkeys(name for key in keys if (name := _motion_name(key)))
    last = {key: _read_name(store, key, sha256) for key in keys if key.endswith(".last")}
    for name in names:
        own = [key for key in keys if _motion_name(key) == name]
        own += [key for key, named in last.items() if named == name]
        found.append(ContentFiles(Resource("extracted_motion", name.removeprefix("motions/")), own, name))
    orphans = [key for key, named in last.items() if named not in names]
    if orphans:
        found.append(ContentFiles(Resource("extracted_motion", sha256), orphans))
    preview = preview_key_of(sha256)
    if store.exists(preview):
        found.append(ContentFiles(Resource("preview", sha256), [preview]))
    music = [info.key for info in store.list(f"music/{sha256}.")]
    if music:
        found.append(ContentFiles(Resource("music_analysis", sha256), music))
    features = list_image_features(store, sha256)
    if features:
        found.append(ContentFiles(Resource("image_features", sha256), features, requires_bytes=True))
    return found


def list_image_features(store: ObjectStore, sha256: str) -> list[str]:
    """Return the keys of the image features that the classifier service stores of a video's frames. Blocking."""
    return [info.key for info in store.list(f"styles/features/{sha256}/")]


def _motion_name(key: str) -> str:
    """Return the prefix that the objects of one motion share; empty for other objects."""
    for suffix in (".motion", ".json"):
        if key.endswith(suffix):
            return key.removesuffix(suffix)
    name, separator, _frame = key.rpartition(".part-")
    return name if separator else ""


def _read_name(store: ObjectStore, key: str, sha256: str) -> str:
    """Return the name of the motion that a `.last` object points at."""
    try:
        model = b"".join(store.read(key)).decode()
    except NotFoundError:
        return ""
    return MotionRef(sha256, "", model).name
