"""The work of `eightcount choreograph` on a server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eightcount_client.cli.edit_options import KeyPoseOption
from eightcount_client.cli.errors import CliError
from eightcount_client.cli.exit_codes import ExitCode
from eightcount_client.cli.options import is_file_name
from eightcount_client.cli.progress import ProgressDisplay
from eightcount_client.cli.settings import Settings
from eightcount_client.cli.work.recordings import send
from eightcount_client.client import Client
from eightcount_client.kinds.dance import DanceEdit, DanceRequest, DanceResult, KeyPose

FORMATS = ("mp4", "bvh", "glb", "npz")


@dataclass(frozen=True, slots=True)
class FinishedDance:
    """A finished dance, the address of its page, and its result."""

    id: str
    page: str
    result: DanceResult


def target_files(song: Path, out: Path, formats: Sequence[str], *, skeleton: Path | None = None) -> dict[str, Path]:
    """Return the files to write by format: those named like the song in the folder `out`, or the one file `out`.

    Raises:
        CliError: `out` ends like a file that is not written, or a file would overwrite the song or the skeleton.
    """
    files = _one_file(out, formats) if is_file_name(out) else _files_in(out, song, formats or FORMATS)
    for path in files.values():
        overwritten = [given for given in (song, skeleton) if given and path.exists() and path.samefile(given)]
        if overwritten:
            message = f"the dance would be written over {overwritten[0]}; name another folder or file with --out"
            raise CliError(message, reason="WOULD_OVERWRITE", exit_code=ExitCode.USAGE)
    return files


def require_known_dances(options: Mapping[str, Any], settings: Settings) -> None:
    """Check that the server can have the named dances.

    Raises:
        CliError: NEEDS_SERVER; a private stack lives for one command and has no earlier dances.
    """
    named = options["edit"] or any(isinstance(key.source, str) for key in options["key_poses"])
    if named and not settings.url:
        message = (
            "earlier dances are kept by a running server; start one with `eightcount up`, make the dance there with "
            "EIGHTCOUNT_URL=http://127.0.0.1:8000, then change it there"
        )
        raise CliError(message, reason="NEEDS_SERVER", exit_code=ExitCode.USAGE)


def choreograph(
    client: Client, song: Path, files: Mapping[str, Path], *, options: Mapping[str, Any], display: ProgressDisplay
) -> FinishedDance:
    """Send the song, follow the dance to its end and fetch the files; it is cancelled on the server when interrupted.

    Raises:
        EightcountError: the song, the skeleton or a video of a key pose is refused, the song has no beat, there is no
            such model or dance, the model does not support the options, or the server cannot be reached.
        OSError: a file cannot be written.
    """
    skeleton_id = _send_skeleton(client, options["skeleton"], display)
    music_id = send(client, "music", song, display)
    key_poses = _key_poses(client, options["key_poses"], display)
    request = DanceRequest(
        music_id=music_id,
        model=options["model"] or None,
        style=options["style"] or None,
        seed=options["seed"],
        energy=options["energy"],
        mirrored=options["mirrored"],
        duration_seconds=options["seconds"],
        key_poses=key_poses or None,
        edit=_edit(options),
        pose_model=options["pose_model"] if any(key.video_id for key in key_poses) else None,
        formats=list(files),  # type: ignore[arg-type]
        beats=options["beats"],
        skeleton_id=skeleton_id,
    )
    job = client.dances.run(request, display.show_job)
    for name, path in files.items():
        client.dances.download(job.id, f"dance.{name}", path)
    return FinishedDance(job.id, f"{client.url}/dances/{job.id}", client.dances.result(job.id))


def _one_file(out: Path, formats: Sequence[str]) -> dict[str, Path]:
    """Return the file `out`, in the format that its name ends with."""
    chosen = out.suffix.lower().removeprefix(".")
    if chosen not in FORMATS:
        endings = ".mp4, .bvh, .glb or .npz"
        message = f"--out names a folder, or a file that ends with {endings}; got {out.name!r}"
        raise CliError(message, reason="INVALID_ARGUMENTS", exit_code=ExitCode.USAGE)
    if set(formats) - {chosen}:
        message = f"--out {out.name} is one {out.suffix} file, but --format asks for {', '.join(formats)}"
        raise CliError(message, reason="INVALID_ARGUMENTS", exit_code=ExitCode.USAGE)
    return {chosen: out}


def _files_in(folder: Path, song: Path, formats: Sequence[str]) -> dict[str, Path]:
    return {name: folder / f"{song.stem}.{name}" for name in formats}


def _edit(options: Mapping[str, Any]) -> DanceEdit | None:
    if not options["edit"]:
        return None
    return DanceEdit(
        dance_id=options["edit"],
        keep=tuple(dict.fromkeys(options["keep"])),
        start_seconds=options["start"],
        end_seconds=options["end"],
    )


def _key_poses(client: Client, keys: Sequence[KeyPoseOption], display: ProgressDisplay) -> list[KeyPose]:
    """Return the key poses in order of time; each video is sent once."""
    files = dict.fromkeys(key.source for key in keys if isinstance(key.source, Path))
    ids = {path: send(client, path.name, path, display) for path in files}
    return [
        KeyPose(seconds=key.seconds, video_id=ids[key.source], at_seconds=key.at_seconds)
        if isinstance(key.source, Path)
        else KeyPose(seconds=key.seconds, dance_id=key.source, at_seconds=key.at_seconds)
        for key in sorted(keys, key=lambda key: key.seconds)
    ]


def _send_skeleton(client: Client, path: Path | None, display: ProgressDisplay) -> str | None:
    """Send the character, so that an unusable one is refused before the song is sent; return its id."""
    if path is None:
        return None

    def show(sent: int, size: int) -> None:
        display.show_upload("skeleton", sent, size)

    return client.skeletons.upload(path, show).id
