"""Saved replies: the sentences in which an office answers what it is asked again and again.

A TOML file of the office's own, of `[[reply]]` tables with a `title` and a `text`; without one the shipped
file serves.  A text is a jinja2 template over the campaign's own dates and names, so that nobody types them.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import Field, ValidationError

from intake.config.faults import ConfigFault, Fault, faults_of
from intake.config.values import Section, Text
from intake.domain.campaign.campaign import Campaign
from intake.domain.campaign.wording import papers_wanted
from intake.domain.text import calendar

SHIPPED = Path(str(files("intake.config"))) / "replies.toml"

LONGEST = 4000
"""Characters of an answer: a letter of two pages."""


class SavedReply(Section):
    """One of them: what a clerk chooses it by, and what it says, a paragraph a line."""

    title: Text
    text: Text


class Replies(Section):
    """The file."""

    reply: tuple[SavedReply, ...] = Field((), description="tables [[reply]]")


def load_replies(file: Path | None, campaign: Campaign) -> tuple[SavedReply, ...]:
    """The replies of a file (None: the shipped ones) as they read in this campaign.

    Raises `ConfigFault` with every fault of the file, each text that cannot be put into words among them.
    """
    path = file or SHIPPED
    try:
        text = path.read_text("utf-8-sig")
        found = Replies.model_validate(tomllib.loads(text)).reply
    except (OSError, UnicodeDecodeError) as fault:
        raise _fault(
            path, f"cannot be read: {fault}", "name a file of UTF-8 text in [desk] replies"
        ) from None
    except tomllib.TOMLDecodeError as fault:
        raise _fault(path, f"is no valid TOML: {fault}", "texts stand in quotes, one key a line") from None
    except ValidationError as error:
        raise ConfigFault(faults_of(error, Replies, path, text)) from None
    replies, faults = [], []
    for item in found:
        try:
            replies.append(SavedReply(title=item.title, text=_worded(item.text, campaign)))
        except (TemplateError, ValueError, TypeError, ArithmeticError) as error:
            mend = "correct the text; docs of jinja2 tell its signs"
            faults.append(
                Fault("reply.text", item.title, f"cannot be put into words: {error}", mend, path.name)
            )
    if faults:
        raise ConfigFault(faults)
    return tuple(replies)


def _fault(path: Path, what: str, mend: str) -> ConfigFault:
    return ConfigFault((Fault("", "", what, mend, path.name),))


def _worded(text: str, campaign: Campaign) -> str:
    needs = campaign.needs
    said = (
        _environment()
        .from_string(text)
        .render(
            campaign=campaign.campaign,
            office=campaign.office,
            words=campaign.words,
            wanted=papers_wanted(needs.form, needs.scan, campaign.words),
        )
    )
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    if not lines or len(said) > LONGEST:
        raise ValueError(f"it must say something, in at most {LONGEST} characters")
    return "\n".join(lines)


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    # Sandboxed: whoever may edit sentences need not be one who may run programs here.
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    environment.filters |= {
        "moment": calendar.moment,
        "day": calendar.day,
        "until": calendar.until,
        "limit": calendar.limit,
    }
    return environment
