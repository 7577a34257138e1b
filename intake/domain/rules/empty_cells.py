"""Whether the empty cells of a form are empty indeed: its labels are known, and no words stand beside them.

The values of a form that was laid out otherwise (in text boxes over the cells, in a table within a cell, in
a picture) stand in the file without a label.  So a form of which more is empty than filled is believed only
where no text in it may be such a value.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from intake.domain.campaign.campaign import Campaign
from intake.domain.campaign.consistency import FIGURES
from intake.domain.documents.category import squeeze
from intake.domain.documents.form import form_of, is_blank_form
from intake.domain.documents.labels import heads_prose, labels_of
from intake.domain.documents.recognition import LABELS_ALONE, Sheet, word_sheet
from intake.domain.model.document import Document, Form
from intake.domain.model.facts import OpaqueFacts, WordFacts
from intake.domain.text.placeholders import is_bracketed, is_placeholder

LACKING = 1 / 3
"""Share of the required labels that a known form may lack: at times the seal alone names the unit."""
LONGEST_VALUE = 60
"""Characters of a line that may be the value of a cell; a longer one is prose, or a template's note."""
PICTURES = 1
"""Pictures of a known form: the photograph; a further one may show what the cells lack."""

_TEMPLATE = re.compile(
    r"[年月日\d\s:_]*|.*(?:盖章|公章|签章|签字|签名).*|照片|相片|\d{1,2}寸.*|附件\d*:?|序号"
    r"|[(（]?(?:注|备注|说明|填表说明|填报说明)[:：)）].*|\(?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[.、．)].*"
)
"""Where people sign and date, notes, headings with a number: what a form has of its own."""
_NUMBER = re.compile(r"\d|[一二三四五六七八九十百千万两][余多]?(?:年|个|人|名|位|场|次|支|项|种|类|成|周年)")


def is_known_layout(form: Form, facts: WordFacts, required: Collection[str], campaign: Campaign) -> bool:
    """True where the form's labels were found and nothing in the file stands where we do not look.

    `required` are the fields that its category must fill in.  What stands beside the labels does not matter,
    but for a template that nobody filled in, which was perhaps sent by mistake.
    """
    labelled = {*form.fields, *form.empty}
    lacking = [name for name in required if name not in labelled]
    few = len(labelled) < LABELS_ALONE or len(lacking) > LACKING * len(required)
    if few or facts.unread or is_blank_form(form):
        return False
    figures = {field.name for field in campaign.field if field.type in FIGURES}
    worded = any(name in required and name not in figures for name in form.empty)
    strays = _strays(word_sheet(facts, campaign), campaign)
    return facts.images <= PICTURES and not any(worded or _NUMBER.search(line) for line in strays)


def may_state(document: Document, names: Collection[str], campaign: Campaign) -> bool:
    """True for another file of the nomination that says one of these fields, or may: a table nobody reads."""
    facts = document.facts
    if isinstance(facts, OpaqueFacts):
        return facts.format == "spreadsheet"
    if not isinstance(facts, WordFacts):
        return False
    said = form_of(word_sheet(facts, campaign), campaign, whole=False).fields
    return not said.keys().isdisjoint(names)


def _strays(sheet: Sheet, campaign: Campaign) -> Iterator[str]:
    """The short lines that neither are labels nor belong to one, and that no template writes."""
    labels = labels_of(campaign)
    claimed = {squeeze(line) for entry in sheet.entries for line in entry.text.splitlines()}
    known = {squeeze(entry.label.text) for entry in sheet.entries}
    head = {line for line, _ in sheet.head}
    for line, _ in sheet.texts:
        said = squeeze("".join(line.split()))
        if not said or len(said) > LONGEST_VALUE or line in head or squeeze(line) in claimed:
            continue
        if _TEMPLATE.fullmatch(said) or labels.find(line) or heads_prose(line):
            continue
        if is_placeholder(line) or is_bracketed(line) or _is_of_label(said, known):
            continue
        yield said


def _is_of_label(line: str, known: Collection[str]) -> bool:
    """True for a line of a label that is wrapped, and for a label with its value behind it."""
    return any(line in label or (label in line and ":" in line) for label in known)
