"""The progress of work on many files, one after another."""

from __future__ import annotations

from dataclasses import dataclass

from eightcount_client.cli.progress import ProgressDisplay
from eightcount_client.values.jobs import Job


@dataclass(frozen=True, slots=True)
class ItemNote:
    """Shows what happens to one file, beside the bar of all.

    Attributes:
        title: of the work on all files.
        label: of the file.
        done, total: number of files before this one, and of all.
    """

    display: ProgressDisplay
    title: str
    label: str
    done: int
    total: int

    def show(self, text: str) -> None:
        """Show a few words."""
        self.display.show_count(self.title, self.done, self.total, f"{self.label}: {text}")

    def show_sent(self, sent: int, size: int) -> None:
        """Show how much of the file was sent."""
        self.show(f"sent {100 * sent // max(size, 1)} %")

    def show_job(self, job: Job) -> None:
        """Show the step that is running."""
        step = next((one for one in job.steps if one.state == "running"), job.steps[0])
        self.show(f"{step.done} of {step.total} {step.unit or ''}".rstrip() if step.total else "waiting")
