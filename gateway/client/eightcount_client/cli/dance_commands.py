"""The command that makes dances."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from eightcount_client.cli import dance_work
from eightcount_client.cli.dance_options import BodyPart, KeyPose, edit_of, parse_key_pose
from eightcount_client.cli.dance_summary import describe_dance
from eightcount_client.cli.options import FileArgument, JsonOption, Model, ModelOption, print_result
from eightcount_client.cli.outcomes import reported
from eightcount_client.cli.progress import ProgressDisplay
from eightcount_client.cli.session import ClientSettings, connected

_LONGEST_SECONDS = 7200


class DanceFormat(StrEnum):
    """What a dance is written as."""

    mp4 = "mp4"
    bvh = "bvh"
    glb = "glb"
    npz = "npz"


def choreograph(
    song: Annotated[Path, FileArgument],
    model: Annotated[str, typer.Option(help="A model that dances; the newest if not given.")] = "",
    style: Annotated[str, typer.Option(help="One of the model's styles; left to the model if not given.")] = "",
    seed: Annotated[int, typer.Option(min=0, help="Another seed, another dance; the same seed, the same.")] = 0,
    energy: Annotated[float, typer.Option(min=-1.0, max=1.0, help="-1 calmer than the music asks, 1 wilder.")] = 0.0,
    mirrored: Annotated[bool, typer.Option(help="Swap left and right.")] = False,
    seconds: Annotated[
        float, typer.Option(min=0.0, max=_LONGEST_SECONDS, help="Length of the dance; that of the music when 0.")
    ] = 0.0,
    out: Annotated[Path, typer.Option(file_okay=False, help="Folder of the files.")] = Path("eightcount-result"),
    edit: Annotated[
        str, typer.Option(metavar="DANCE_ID", help="Change this dance in place of making one anew; it stays as it is.")
    ] = "",
    keep: Annotated[
        list[BodyPart] | None, typer.Option(help="What stays of the dance to change; legs: and the way over the floor.")
    ] = None,
    start: Annotated[
        float, typer.Option("--from", min=0.0, help="Seconds at which the stretch that is made anew begins.")
    ] = 0.0,
    end: Annotated[
        float, typer.Option("--to", min=0.0, help="Seconds at which it ends; the end of the dance when 0.")
    ] = 0.0,
    key_poses: Annotated[
        list[KeyPose] | None,
        typer.Option(
            "--key-pose",
            metavar="SECONDS=SOURCE@MOMENT",
            parser=parse_key_pose,
            help="A pose to pass through at SECONDS: that of an earlier dance (its id), a video or a motion file at "
            "MOMENT seconds, such as 4.0=solo.mp4@3.2. Again for more.",
        ),
    ] = None,
    pose_model: ModelOption = Model.heavy,
    formats: Annotated[
        list[DanceFormat] | None,
        typer.Option("--format", help="What to write, once for each; mp4, bvh, glb and npz if not given."),
    ] = None,
    skeleton: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            readable=True,
            help="BVH file of your character: .bvh and .glb are written for its skeleton. One frame of it is enough.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Make a dance to SONG, an audio file or a video with sound.

    Writes it named like SONG: .mp4 is a film with the music, .bvh and .glb open in Blender, .npz in numpy.
    Music without a beat (silence, speech) is refused. Ctrl-C cancels the work on the server.
    With --edit a dance to SONG is changed: all of it but what --keep names, or the stretch --from to --to.
    """
    wishes = dance_work.Wishes(
        model, style, seed, energy, mirrored, seconds, edit=edit_of(edit, keep, start, end),
        key_poses=tuple(sorted(key_poses or (), key=lambda key: key.seconds)), pose_model=pose_model.value,
        skeleton=skeleton,
    )  # fmt: skip
    names = [one.value for one in dict.fromkeys(formats or DanceFormat)]
    with reported(as_json=as_json):
        targets, settings = dance_work.targets(song, out, names, skeleton=skeleton), ClientSettings()
        dance_work.require_known_dances(wishes, settings)
        with ProgressDisplay() as display, connected(settings, display.say) as client:
            dance = dance_work.choreograph(client, song, targets, wishes=wishes, display=display)
        if as_json:
            files = {name: str(path) for name, path in targets.items()}
            print_result({"id": dance.id, "url": dance.page, "files": files, "result": dance.result})
        else:
            kept_as = dance.id if settings.url else ""
            print_result(describe_dance(dance.result, list(targets.values()), dance_id=kept_as, edited_from=edit))
