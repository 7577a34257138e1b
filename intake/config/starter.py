"""The files that an operator starts from: a configuration and a campaign to edit."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from intake.config.campaign_file import DEFAULT, load_campaign, shipped_campaign, shipped_files


@dataclass(frozen=True, slots=True)
class StarterFile:
    """A file of the start; `kept` where one was there already and was left as it is."""

    path: Path
    kept: bool


def write_starter(directory: Path, campaign: str = DEFAULT) -> list[StarterFile]:
    """Writes config.toml, campaign.toml and the campaign's tables into a folder, made if need be.

    `campaign` is one of `campaign_file.shipped_names`.  A file that exists is kept.  Raises OSError
    where the folder cannot be written.
    """
    directory.mkdir(parents=True, exist_ok=True)
    return [_write(directory / name, content) for name, content in _contents(campaign).items()]


def _contents(campaign: str) -> dict[str, bytes]:
    """The starting files by name; the tables keep the names by which campaign.toml knows them."""
    contents = {"config.toml": _config(campaign)}
    start = shipped_campaign(campaign)
    for file in (start, *shipped_files(campaign)):
        contents["campaign.toml" if file == start else file.name] = file.read_bytes()
    return contents


def _config(campaign: str) -> bytes:
    """The example configuration, with the mailbox and the sender of the campaign's own office."""
    text = (files("intake.config") / "config.example.toml").read_text("utf-8")
    if campaign != DEFAULT:
        told = load_campaign(shipped_campaign()).campaign.office
        own = load_campaign(shipped_campaign(campaign)).campaign.office
        text = text.replace(told.name, own.name).replace(told.address, own.address)
    return text.encode()


def _write(path: Path, content: bytes) -> StarterFile:
    try:
        # Exclusive: what an operator has edited is never overwritten, not even in a race.
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        return StarterFile(path, kept=True)
    return StarterFile(path, kept=False)
