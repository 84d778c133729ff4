import io

from rich.console import Console

from eightcount_client.cli.progress import ProgressDisplay, _duration
from eightcount_client.values.jobs import Job, Step


def job(state, done, seconds=0.0):
    extract = Step(
        name="extract_take", title="Watch the take", state=state, done=done, total=100, seconds=seconds
    )  # fmt: skip
    return Job(id="x1", status="running", steps=(extract, Step(name="render", state="pending")))


def test_without_a_terminal_each_quarter_is_one_line(capsys):
    with ProgressDisplay(Console(file=io.StringIO())) as display:
        for done in range(0, 100, 10):
            display.show_job(job("running", done))
        display.show_job(job("done", 100, 12.34))
        display.show_job(job("done", 100, 12.34))
    assert capsys.readouterr().err.splitlines() == [
        "Watch the take: 0 %",
        "Watch the take: 25 %",
        "Watch the take: 50 %",
        "Watch the take: 75 %",
        "Watch the take: done after 12.3 s",
    ]


def test_on_a_terminal_a_known_step_is_full():
    screen = io.StringIO()
    with ProgressDisplay(Console(file=screen, force_terminal=True, width=120)) as display:
        display.show_upload("take", 512 * 1024, 1024 * 1024)
        display.show_job(job("cached", 0))
    assert "512/1024" in screen.getvalue()
    assert "100/100" in screen.getvalue()
    assert "known" in screen.getvalue()


def test_the_time_left_is_estimated_from_what_was_done(capsys):
    with ProgressDisplay(Console(file=io.StringIO())) as display:
        display.show_job(job("running", 0))
        display.show_job(job("running", 25, 30.0))
    assert capsys.readouterr().err.splitlines() == [
        "Watch the take: 0 %", "Watch the take: 25 % after 30.0 s, about 2 min left"
    ]  # fmt: skip


def test_durations_are_said_in_the_unit_that_fits():
    assert [_duration(seconds) for seconds in (0.2, 45, 90, 3600, 4800)] == [
        "1 s", "45 s", "2 min", "1 h 0 min", "1 h 20 min"
    ]  # fmt: skip


def test_long_names_are_not_cut_on_a_narrow_terminal():
    screen = io.StringIO()
    with ProgressDisplay(Console(file=screen, force_terminal=True, width=80)) as display:
        display.show_upload("a recording with a rather long name.mp4", 1024, 4096)
    assert "Send a recording with a rather long name.mp4" in screen.getvalue()
