"""Labelled recordings on this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from eightcount_client.cli.errors import CliError
from eightcount_client.cli.exit_codes import ExitCode
from eightcount_client.cli.work.dataset import MEDIA_ENDINGS, MOTION_ENDINGS, Recording, read_dataset, style_of
from eightcount_common.importing.motion_file import ENDINGS


def taken(folder: Path, manifest: Path | None, **options: bool) -> list[Recording]:
    return read_dataset(folder, manifest, **options).recordings


def files(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")


def test_each_folder_is_a_style(tmp_path):
    files(
        tmp_path, "Hip Hop/b.mp4", "Hip Hop/2024/a.MOV", "house/c.webm", "house/notes.txt", "house/.hidden.mp4", "d.mp4"
    )
    assert [(one.label, one.style) for one in taken(tmp_path, None)] == [
        ("Hip Hop/2024/a.MOV", "Hip_Hop"), ("Hip Hop/b.mp4", "Hip_Hop"), ("house/c.webm", "house")
    ]  # fmt: skip


def test_a_manifest_tells_more_than_folders(tmp_path):
    files(tmp_path, "ignored/x.mp4")
    (tmp_path / "manifest.csv").write_text(
        "\ufeffpath,style,performer,choreography,music,take,camera,note\n"
        'clips/"a, b".mp4,house,d01,,m1,,c01,extra\n'.replace('clips/"a, b".mp4', '"clips/a, b.mp4"')
        + "clips/é.mp4,not_a_dance\n",
        encoding="utf-8",
    )
    first, second = taken(tmp_path, None)
    assert (first.path, first.label, first.style) == (tmp_path / "clips/a, b.mp4", "clips/a, b.mp4", "house")
    assert first.ids == {"performer": "d01", "music": "m1", "camera": "c01"}
    assert (second.label, second.style, second.ids) == ("clips/é.mp4", "not_a_dance", {})


def test_a_manifest_elsewhere_names_files_below_the_folder(tmp_path):
    manifest = tmp_path / "lists" / "mine.csv"
    manifest.parent.mkdir()
    manifest.write_text("style,path\nhouse,a.mp4\n")
    (one,) = taken(tmp_path / "data", manifest)
    assert one.path == tmp_path / "data" / "a.mp4"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"path,label\na,b\n", "lacks style"),
        (b"", "lacks path and style"),
        (b"path,style\na.mp4,\n", "line 2"),
        (b"path,style\n\xff,house\n", "UTF-8"),
        (b"path,style\n", "no recordings"),
    ],
)
def test_a_manifest_that_cannot_be_understood_is_refused(tmp_path, text, message):
    (tmp_path / "manifest.csv").write_bytes(text)
    with pytest.raises(CliError, match=message) as caught:
        read_dataset(tmp_path, None)
    assert (caught.value.reason, caught.value.exit_code) == ("INVALID_DATASET", ExitCode.USAGE)


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(CliError, match="a folder for each style"):
        read_dataset(tmp_path, None)


def test_names_of_styles_become_what_the_server_takes():
    assert [style_of(text) for text in (" Hip Hop ", "Lindy/Hop", "not_a_dance")] == [
        "Hip_Hop", "Lindy_Hop", "not_a_dance"
    ]  # fmt: skip


def test_where_styles_are_not_required_files_may_lie_in_one_folder(tmp_path):
    files(tmp_path, "d.mp4", "salsa/a.bvh", "e.npz", "notes.txt")
    found = taken(tmp_path, None, styles_required=False)
    assert [(one.label, one.style) for one in found] == [("d.mp4", ""), ("e.npz", ""), ("salsa/a.bvh", "salsa")]
    with pytest.raises(CliError, match="must have videos"):
        read_dataset(tmp_path / "nowhere", None, styles_required=False)


def test_where_styles_are_not_required_a_manifest_may_do_without(tmp_path):
    (tmp_path / "manifest.csv").write_text("path,performer\na.mp4,d01\n")
    (one,) = taken(tmp_path, None, styles_required=False)
    assert (one.label, one.style, one.ids) == ("a.mp4", "", {"performer": "d01"})
    with pytest.raises(CliError, match="lacks style"):
        read_dataset(tmp_path, None)
    (tmp_path / "manifest.csv").write_text("style\nsalsa\n")
    with pytest.raises(CliError, match="columns path; it lacks path"):
        read_dataset(tmp_path, None, styles_required=False)


def test_motion_files_are_those_that_the_reader_takes():
    assert MOTION_ENDINGS == ENDINGS


@pytest.mark.parametrize("ending", [*MEDIA_ENDINGS, *MOTION_ENDINGS])
def test_every_ending_of_a_video_or_a_motion_is_taken_in_upper_case_too(tmp_path, ending):
    files(tmp_path, f"house/a{ending}", f"krump/b{ending.upper()}")
    assert len(taken(tmp_path, None)) == 2


def test_discs_camcorders_and_phones_are_among_them():
    assert {".mts", ".m2ts", ".vob", ".mpg", ".mpeg", ".m2v", ".3gp", ".wmv", ".asf", ".ts", ".ogv", ".flv"} < {
        *MEDIA_ENDINGS
    }


def test_every_file_that_is_not_taken_is_listed_with_the_reason(tmp_path):
    files(
        tmp_path, "house/a.mp4", "house/sub/b.mp4", "house/notes.txt", "house/no_ending", "house/.hidden.mp4",
        "house/.git/c.mp4", "loose.mp4", "house/song.wav",
    )  # fmt: skip
    dataset = read_dataset(tmp_path, None)
    assert [one.label for one in dataset.recordings] == ["house/a.mp4", "house/sub/b.mp4"]
    assert {one.label: one.reason for one in dataset.left_out} == {
        "house/notes.txt": "UNKNOWN_FILE_TYPE", "house/no_ending": "UNKNOWN_FILE_TYPE",
        "house/song.wav": "UNKNOWN_FILE_TYPE", "house/.hidden.mp4": "HIDDEN_FILE", "house/.git/c.mp4": "HIDDEN_FILE",
        "loose.mp4": "OUTSIDE_OF_STYLES",
    }  # fmt: skip
    assert all(one.message for one in dataset.left_out)


def test_files_that_a_manifest_does_not_name_are_listed(tmp_path):
    files(tmp_path, "clips/a.mp4", "clips/b.mp4", "notes.txt")
    (tmp_path / "manifest.csv").write_text("path,style\nclips/a.mp4,house\n./clips/../clips/a.mp4,house\n")
    dataset = read_dataset(tmp_path, None)
    assert {one.label: one.reason for one in dataset.left_out} == {
        "clips/b.mp4": "NOT_IN_MANIFEST", "notes.txt": "NOT_IN_MANIFEST"
    }  # fmt: skip


def test_a_folder_with_nothing_that_is_taken_says_what_there_is(tmp_path):
    files(tmp_path, "house/notes.txt", "d.mp4")
    with pytest.raises(CliError, match=r"left out: d.mp4: it lies in no folder of a style; house/notes.txt"):
        read_dataset(tmp_path, None)


def test_folders_behind_links_are_entered_and_rings_end(tmp_path):
    files(tmp_path / "elsewhere", "a.mp4", "b.mp4")
    files(tmp_path / "data", "krump/c.mp4")
    (tmp_path / "data" / "house").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "ring").symlink_to(tmp_path / "elsewhere")
    labels = [one.label for one in taken(tmp_path / "data", None)]
    assert labels == ["house/a.mp4", "house/b.mp4", "krump/c.mp4"]


@pytest.mark.parametrize(
    "names", [("House", "house"), ("Hip Hop", "Hip_Hop"), ("Salón", "Salo\u0301n"), ("Salón", "Salon")]
)
def test_styles_that_would_be_one_stop_the_command(tmp_path, names):
    files(tmp_path, *(f"{name}/{number}.mp4" for number, name in enumerate(names)))
    with pytest.raises(CliError, match="would be one style") as caught:
        read_dataset(tmp_path, None)
    assert caught.value.reason == "INVALID_DATASET"


def test_letters_with_marks_lose_them_and_a_style_of_other_letters_stops_the_command(tmp_path):
    assert [style_of(text) for text in ("Salón", "Chacháchá", "サルサ")] == ["Salon", "Chachacha", ""]
    files(tmp_path, "サルサ/a.mp4", "house/b.mp4")
    with pytest.raises(CliError, match="サルサ"):
        read_dataset(tmp_path, None)
