"""Whose form a scan is by its labels: 项目名称 stands in the forms of projects alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from intake.domain.campaign.campaign import Campaign
from intake.domain.documents.labels import labels_of
from intake.domain.model.inspection import ScanPage
from intake.domain.page.cells import layout
from intake.domain.page.vocabulary import terms_of


def labelled_as(category: str, pages: Sequence[ScanPage], campaign: Campaign) -> bool:
    """True where the pages bear a label that only forms of this category have, and none that they lack.

    What stands beside the labels does not matter.  A person's labels (姓名, 性别) stand in every form, for
    who answers for it; so they speak for a person's form alone, and against none.
    """
    persons = {data.id for data in campaign.category if data.person}
    owners = set(_owners(pages, campaign))
    against = [several for several in owners if category not in several and not several <= persons]
    return frozenset((category,)) in owners and not against


def _owners(pages: Sequence[ScanPage], campaign: Campaign) -> Iterator[frozenset[str]]:
    """For each label of the pages that has a value, the categories whose forms have it."""
    every = frozenset(data.id for data in campaign.category)
    labels, kind = labels_of(campaign), terms_of(campaign).kind
    for page in pages:
        for labelled in layout(page, kind).labelled:
            if label := labels.find(labelled.head.text):
                yield frozenset().union(*(field.categories or every for field in label.fields))
