"""What the command that makes dances does with a server. No terminal in here but the progress display."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eightcount_client.cli.client import Client
from eightcount_client.cli.dance_options import Edit, KeyPose
from eightcount_client.cli.outcomes import CliError, ExitCode
from eightcount_client.cli.progress import ProgressDisplay
from eightcount_client.cli.session import ClientSettings
from eightcount_client.cli.work import run, send


@dataclass(frozen=True, slots=True)
class Wishes:
    """How to dance; see the command's help."""

    model: str = ""
    style: str = ""
    seed: int = 0
    energy: float = 0.0
    mirrored: bool = False
    duration_seconds: float = 0.0
    edit: Edit | None = None
    key_poses: tuple[KeyPose, ...] = ()
    pose_model: str = "heavy"
    skeleton: Path | None = None


@dataclass(frozen=True, slots=True)
class MadeDance:
    """A finished dance."""

    id: str
    page: str
    result: dict[str, Any]


def targets(song: Path, folder: Path, formats: Sequence[str], *, skeleton: Path | None = None) -> dict[str, Path]:
    """The files to be written, by format.

    Raises:
        CliError: one of them is the song itself, or the skeleton.
    """
    found = {name: folder / f"{song.stem}.{name}" for name in formats}
    for path in found.values():
        overwritten = [given for given in (song, skeleton) if given and path.exists() and path.samefile(given)]
        if overwritten:
            message = f"the dance would be written over {overwritten[0]}; name another folder with --out"
            raise CliError(message, reason="WOULD_OVERWRITE", exit_code=ExitCode.USAGE)
    return found


def require_known_dances(wishes: Wishes, settings: ClientSettings) -> None:
    """Does nothing where the server can know the dances that are named.

    Raises:
        CliError: NEEDS_SERVER; a private stack lives for one command and knows none.
    """
    named = wishes.edit is not None or any(isinstance(key.source, str) for key in wishes.key_poses)
    if named and not settings.url:
        message = (
            "earlier dances are kept by a running server; start one with `eightcount up`, make the dance there with "
            "EIGHTCOUNT_URL=http://127.0.0.1:8000, then change it there"
        )
        raise CliError(message, reason="NEEDS_SERVER", exit_code=ExitCode.USAGE)


def choreograph(
    client: Client, song: Path, files: Mapping[str, Path], *, wishes: Wishes, display: ProgressDisplay
) -> MadeDance:
    """Sends the song, follows the dance to its end and fetches the files; stops it on the server when interrupted.

    Raises:
        CliError: the song, the skeleton or a video of a key pose is refused, the song has no beat, there is no such
            model or dance, the model cannot carry the wishes out, or the server cannot be reached.
        OSError: a file cannot be written.
    """
    request = _sent_skeleton(client, wishes.skeleton, display) | {
        "music_id": send(client, "music", song, display), "model": wishes.model, "style": wishes.style,
        "seed": wishes.seed, "energy": wishes.energy, "mirrored": wishes.mirrored,
        "duration_seconds": wishes.duration_seconds, "formats": list(files), **_posing(client, wishes, display),
    }  # fmt: skip
    dance_id = run(client, "dances", request, display.show_job)
    for name, path in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        client.download(f"/v1/dances/{dance_id}/dance.{name}", path)
    result = dict(client.get(f"/v1/dances/{dance_id}/result.json"))
    return MadeDance(dance_id, f"{client.url}/dances/{dance_id}", result)


def _posing(client: Client, wishes: Wishes, display: ProgressDisplay) -> dict[str, Any]:
    """Edit and key poses as the server takes them, without what was not given; their videos are sent."""
    request: dict[str, Any] = {"edit": wishes.edit.as_json()} if wishes.edit else {}
    if wishes.key_poses:
        files = dict.fromkeys(key.source for key in wishes.key_poses if isinstance(key.source, Path))
        ids = {path: send(client, path.name, path, display) for path in files}
        request["key_poses"] = [
            {"seconds": key.seconds, "video_id": ids[key.source], "at_seconds": key.at_seconds}
            if isinstance(key.source, Path)
            else {"seconds": key.seconds, "dance_id": key.source, "at_seconds": key.at_seconds}
            for key in wishes.key_poses
        ]
        if files:
            request["pose_model"] = wishes.pose_model
    return request


def _sent_skeleton(client: Client, path: Path | None, display: ProgressDisplay) -> dict[str, str]:
    """What the request says of the character, which is refused before the song is sent."""
    if path is None:
        return {}
    total = path.stat().st_size

    def show(done: int) -> None:
        display.show_upload("skeleton", done, total)

    return {"skeleton_id": client.upload(path, show, collection="skeletons")}
