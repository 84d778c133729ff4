import io

from rich.console import Console

from eightcount_client.cli.jobs import JobState, Step
from eightcount_client.cli.progress import ProgressDisplay


def job(state, done, seconds=0.0):
    return JobState(
        "x1", "running", (Step("extract_take", state, done, 100, seconds), Step("render", "pending", 0, 0, 0))
    )


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
