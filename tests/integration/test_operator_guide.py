"""What the documents for operators tell to type is typed, in their order, on an installation of its own."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from intake.config.sections.desk import DeskSettings
from intake.demo.mailbox import EmbeddedMailbox
from tests.integration.conftest import OfficeOn
from tests.journey import DONE, NEEDS_PERSON, Office
from tests.material import AT, both, entry, letter
from tests.servers.parts import missing

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "operator.md"
DEPLOY = ROOT / "deploy"
_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)
_OURS = re.compile(r"^shouwen (?P<words>.+)$")


def blocks(document: Path) -> list[str]:
    """What a document tells to type, a block each."""
    return _BLOCK.findall(document.read_text("utf-8"))


def ours(document: Path) -> list[list[str]]:
    """The words of our own commands among it, in their order."""
    lines = [line.partition(" #")[0].strip() for block in blocks(document) for line in block.splitlines()]
    return [shlex.split(found["words"]) for line in lines if (found := _OURS.match(line))]


def test_what_operators_are_told_to_type_works(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, monkeypatch: pytest.MonkeyPatch
) -> None:
    pymap_mailbox.deliver(letter(both(entry("于洁"))), AT)
    office = office_on(pymap_mailbox)
    monkeypatch.chdir(office.folder)
    typed = ours(GUIDE)
    assert len(typed) > 15 and typed[0] == ["init"]
    for words in typed:
        outcome = office.shouwen(*words)
        # Two of them tell that a person is wanted: what a replay would change, what a purge would erase.
        fine = (DONE, NEEDS_PERSON) if "--dry-run" in words else (DONE,)
        assert outcome.code in fine, f"shouwen {' '.join(words)}: {outcome.text}"
        assert "Traceback" not in outcome.text and "FAIL" not in outcome.text
    assert_whole(office)


def test_what_the_readme_tells_to_type_works(
    pymap_mailbox: EmbeddedMailbox, office_on: OfficeOn, monkeypatch: pytest.MonkeyPatch
) -> None:
    pymap_mailbox.deliver(letter(both(entry("于洁"))), AT)
    office = office_on(pymap_mailbox)
    monkeypatch.chdir(office.folder)
    *typed, last = ours(ROOT / "README.md")
    assert last == ["run"], "the service, which other tests start"
    assert typed == [["init"], ["doctor"], ["once"]]
    for words in typed:
        outcome = office.shouwen(*words)
        assert outcome.code == DONE and "FAIL" not in outcome.text, outcome.text
    assert_whole(office)


def assert_whole(office: Office) -> None:
    """After all of it, the ledger is as at first."""
    assert office.states() == {"于洁": "complete"}


@pytest.mark.parametrize("document", [GUIDE, ROOT / "README.md"], ids=lambda path: path.name)
def test_every_block_is_understood_by_a_shell(document: Path) -> None:
    for block in blocks(document):
        subprocess.run(["bash", "-n"], input=block.encode(), check=True)


def test_what_the_guide_names_to_copy_or_install_is_there() -> None:
    text = "\n".join(blocks(GUIDE))
    for name in re.findall(r"(?:-r |-f |cp )([\w./-]+)", text):
        assert (ROOT / name).exists(), name


@pytest.mark.parametrize(
    "unit", ["shouwen.service", *sorted(path.name.removesuffix(".d") for path in DEPLOY.glob("*.service.d"))]
)
def test_the_units_are_understood_and_closed(unit: str, tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze") or missing("systemd-analyze", "install the package systemd")
    shutil.copy(DEPLOY / "shouwen.service", tmp_path / unit)
    if (DEPLOY / f"{unit}.d").exists():
        shutil.copytree(DEPLOY / f"{unit}.d", tmp_path / f"{unit}.d")
    for beside in (*DEPLOY.glob("*.timer"), *DEPLOY.glob("*.socket")):
        shutil.copy(beside, tmp_path)
    about = {"capture_output": True, "text": True, "env": {"SYSTEMD_UNIT_PATH": f"{tmp_path}:"}}
    done = subprocess.run([program, "verify", tmp_path / unit], check=False, **about)  # type: ignore[call-overload]
    complaints = [line for line in done.stderr.splitlines() if "is not executable" not in line]
    assert complaints == []
    done = subprocess.run([program, "security", "--offline=true", tmp_path / unit], check=False, **about)  # type: ignore[call-overload]
    level = re.search(r"exposure level for \S+: ([\d.]+)", done.stdout)
    assert level and float(level[1]) <= 2.0


def test_the_desks_socket_is_understood_and_where_the_desk_is_by_itself(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze") or missing("systemd-analyze", "install the package systemd")
    for name in ("shouwen-desk.socket", "shouwen.service"):
        shutil.copy(DEPLOY / name, tmp_path / name.replace("shouwen.", "shouwen-desk."))
    done = subprocess.run(
        [program, "verify", tmp_path / "shouwen-desk.socket"],
        check=False,
        capture_output=True,
        text=True,
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )
    assert [line for line in done.stderr.splitlines() if "is not executable" not in line] == []
    listen = re.search(r"(?m)^ListenStream=(\S+)$", (DEPLOY / "shouwen-desk.socket").read_text("utf-8"))
    assert listen and listen[1] == DeskSettings().listen


def test_the_compose_file_names_what_is_there() -> None:
    """Parsed and held against the image's file; no daemon runs it here."""
    read = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    service = read["services"]["shouwen"]
    assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).resolve().exists()
    for one in read["services"].values():
        assert {name.partition(":")[0] for name in one["volumes"]} <= set(read["volumes"])
        assert set(one["secrets"]) <= set(read["secrets"])
    image = (DEPLOY / "Containerfile").read_text("utf-8")
    for name in re.findall(r"(?m)^COPY (\S+) ", image):
        assert (ROOT / name).exists(), name
    assert re.search(r"(?m)^USER shouwen$", image)
