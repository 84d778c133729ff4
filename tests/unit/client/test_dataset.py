"""Labelled recordings on this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from eightcount_client.cli.errors import CliError
from eightcount_client.cli.exit_codes import ExitCode
from eightcount_client.cli.work.dataset import MOTION_ENDINGS, read_dataset, style_of
from eightcount_common.importing.motion_file import ENDINGS


def files(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")


def test_each_folder_is_a_style(tmp_path):
    files(
        tmp_path, "Hip Hop/b.mp4", "Hip Hop/2024/a.MOV", "house/c.webm", "house/notes.txt", "house/.hidden.mp4", "d.mp4"
    )
    assert [(one.label, one.style) for one in read_dataset(tmp_path, None)] == [
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
    first, second = read_dataset(tmp_path, None)
    assert (first.path, first.label, first.style) == (tmp_path / "clips/a, b.mp4", "clips/a, b.mp4", "house")
    assert first.ids == {"performer": "d01", "music": "m1", "camera": "c01"}
    assert (second.label, second.style, second.ids) == ("clips/é.mp4", "not_a_dance", {})


def test_a_manifest_elsewhere_names_files_below_the_folder(tmp_path):
    manifest = tmp_path / "lists" / "mine.csv"
    manifest.parent.mkdir()
    manifest.write_text("style,path\nhouse,a.mp4\n")
    (one,) = read_dataset(tmp_path / "data", manifest)
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
    found = read_dataset(tmp_path, None, styles_required=False)
    assert [(one.label, one.style) for one in found] == [("d.mp4", ""), ("e.npz", ""), ("salsa/a.bvh", "salsa")]
    with pytest.raises(CliError, match="must have videos"):
        read_dataset(tmp_path / "nowhere", None, styles_required=False)


def test_where_styles_are_not_required_a_manifest_may_do_without(tmp_path):
    (tmp_path / "manifest.csv").write_text("path,performer\na.mp4,d01\n")
    (one,) = read_dataset(tmp_path, None, styles_required=False)
    assert (one.label, one.style, one.ids) == ("a.mp4", "", {"performer": "d01"})
    with pytest.raises(CliError, match="lacks style"):
        read_dataset(tmp_path, None)
    (tmp_path / "manifest.csv").write_text("style\nsalsa\n")
    with pytest.raises(CliError, match="columns path; it lacks path"):
        read_dataset(tmp_path, None, styles_required=False)


def test_motion_files_are_those_that_the_reader_takes():
    assert MOTION_ENDINGS == ENDINGS
