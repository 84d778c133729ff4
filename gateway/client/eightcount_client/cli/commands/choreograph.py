"""`eightcount choreograph`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from eightcount_client.cli.beats_options import beats_options, take_beats
from eightcount_client.cli.edit_options import BODY_PARTS, KeyPoseText
from eightcount_client.cli.options import (
    file_argument,
    pose_model_option,
    print_result,
    server_options,
)
from eightcount_client.cli.settings import Settings

FORMATS = ("mp4", "bvh", "glb", "npz")
_LONGEST_SECONDS = 7200


@click.command()
@file_argument("song")
@click.option("--model", default="", metavar="NAME", help="A dance model; the server's default if not given.")
@click.option(
    "--style", default="", metavar="NAME", help="One of the model's styles; chosen by the model if not given."
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True,
    help="Different seeds give different dances, the same seed the same dance.",
)  # fmt: skip
@click.option(
    "--energy", type=click.FloatRange(-1.0, 1.0), default=0.0, show_default=True,
    help="From -1, calmer than the music, to 1, wilder.",
)  # fmt: skip
@click.option("--mirrored/--no-mirrored", help="Swap left and right.")
@click.option(
    "--seconds", type=click.FloatRange(0.0, _LONGEST_SECONDS, min_open=True),
    help="Length of the dance; if not given, until the end of the music, or that of the dance that --edit names.",
)  # fmt: skip
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("eightcount-result"), show_default=True,
    help="Folder of the files, or one file that ends with .mp4, .bvh, .glb or .npz.",
)  # fmt: skip
@click.option(
    "--edit", default="", metavar="DANCE_ID", help="Generate parts of this dance again; the result is a new dance."
)
@click.option(
    "--keep", type=click.Choice(BODY_PARTS), multiple=True,
    help="Body part that --edit keeps; legs include the path on the floor.",
)  # fmt: skip
@click.option(
    "--from", "start", type=click.FloatRange(min=0.0), default=0.0, show_default=True,
    help="Second at which the stretch begins that --edit generates again.",
)  # fmt: skip
@click.option(
    "--to", "end", type=click.FloatRange(min=0.0, min_open=True),
    help="Second at which that stretch ends; the end of the dance if not given.",
)  # fmt: skip
@click.option(
    "--key-pose", "key_poses", type=KeyPoseText(), multiple=True, metavar=KeyPoseText.name,
    help="A pose that the dance passes through at SECONDS: that of an earlier dance (its id), a video or a motion file "
    "at second MOMENT, such as 4.0=solo.mp4@3.2. Repeat the option for more.",
)  # fmt: skip
@pose_model_option("--pose-model")
@click.option(
    "--format", "formats", type=click.Choice(FORMATS), multiple=True,
    help="A file to write; repeat the option for more. All four if not given.",
)  # fmt: skip
@click.option(
    "--skeleton", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path),
    help="BVH file of your character: .bvh and .glb are written for its skeleton. One frame of it is enough.",
)  # fmt: skip
@beats_options
@server_options
def choreograph(settings: Settings, song: Path, out: Path, formats: tuple[str, ...], **options: Any) -> None:
    """Generate a dance to SONG, an audio file or a video with sound.

    Files are named like SONG: .mp4 is a video with the music, .bvh and .glb open in Blender, .npz in numpy. Music
    without a beat (silence, speech) is refused. Ctrl-C cancels the job on the server. With --edit, an
    existing dance to SONG is generated again, except for the parts that --keep names, or only from --from to --to.
    """
    from eightcount_client.cli.edit_options import check_edit

    options["beats"] = take_beats(options)
    check_edit(**{name: options[name] for name in ("edit", "keep", "start", "end")})

    from eightcount_client.cli.progress import ProgressDisplay
    from eightcount_client.cli.session import connect
    from eightcount_client.cli.text.dances import describe_dance
    from eightcount_client.cli.work import dances

    targets = dances.target_files(song, out, list(dict.fromkeys(formats)), skeleton=options["skeleton"])
    dances.require_known_dances(options, settings)
    with ProgressDisplay() as display, connect(settings, display.say) as client:
        dance = dances.choreograph(client, song, targets, options=options, display=display)
    if settings.as_json:
        files = {name: str(path) for name, path in targets.items()}
        print_result({"id": dance.id, "url": dance.page, "files": files, "result": dance.result.raw})
    else:
        dance_id, edited_from = dance.id if settings.url else "", options["edit"]
        print_result(describe_dance(dance.result, list(targets.values()), dance_id=dance_id, edited_from=edited_from))
