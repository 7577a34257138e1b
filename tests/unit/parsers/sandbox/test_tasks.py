"""What a task of the sandbox is called."""

from __future__ import annotations

from pathlib import Path

from parsers.sandbox.tasks import SandboxTask


def test_a_file_is_the_same_task_in_every_pass_s_folder() -> None:
    tasks = [
        SandboxTask(len, (Path(folder, "5e1f"), 3), int, 1) for folder in ("/a/scratch-1", "/a/scratch-2")
    ]
    assert tasks[0].name == tasks[1].name
    assert tasks[0].name != SandboxTask(len, (Path("/a/scratch-1/77aa"), 3), int, 1).name
