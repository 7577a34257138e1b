"""Judging the samples by given thresholds, and holding the judgement against the truth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bench.certainty.look import Seen
from bench.certainty.samples import Truth
from intake.config.campaign_file import LoadedCampaign
from intake.domain.assembly.assembly import assemble_unit
from intake.domain.model.certainty import Certainty
from intake.domain.model.nomination import Case, Judgement, Severity, State
from intake.domain.rules.case_view import Circumstances
from intake.domain.rules.judge import judge_unit
from intake.domain.text.ocr_characters import fold

NOBODY = Truth("", person="may")
"""The truth of a nomination that nobody made: any notice about it is wrong."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One nomination as judged, beside its truth; `case` None where a nominee has no nomination."""

    kind: str
    truth: Truth
    state: State | None
    told: frozenset[str] = frozenset()
    seen: tuple[str, ...] = ()

    @property
    def wrong(self) -> bool:
        """A notice that names what is not so: the worst fault."""
        return bool(self.told - self.truth.defects)

    @property
    def missed(self) -> bool:
        """A defect, or a doubt that only a person can settle, passed over in silence."""
        if self.state in (State.REVIEW, None):
            return self.state is None
        lacking = self.truth.defects - self.told
        return self.truth.person == "must" or bool(lacking)

    @property
    def asked(self) -> bool:
        """A person looks at it."""
        return self.state is State.REVIEW

    @property
    def needless(self) -> bool:
        """A person looks at what could have been settled without."""
        return self.asked and self.truth.person == "no"


def judge(seen: Sequence[Seen], loaded: LoadedCampaign, certainty: Certainty) -> list[Verdict]:
    """All samples, as the service would judge them with these thresholds."""
    return [verdict for item in seen for verdict in _verdicts(item, loaded, certainty)]


def _verdicts(seen: Seen, loaded: LoadedCampaign, certainty: Certainty) -> Iterator[Verdict]:
    campaign = loaded.campaign
    made = assemble_unit(seen.unit, seen.documents, campaign, seen.names, certainty=certainty)
    numbered = tuple(replace(case, number=str(place)) for place, case in enumerate(made.cases, 1))
    judged = judge_unit(
        replace(made, cases=numbered),
        Circumstances(
            campaign,
            loaded.honoured,
            links=seen.links,
            unit_names=seen.names,
            registered=[row.name for row in loaded.units],
            near_units=seen.near_units,
            certainty=certainty,
        ),
    )
    left = list(judged)
    named = {truth: found for truth in seen.sample.truths if (found := _of(truth, left))}
    left = [item for item in left if not any(item is found for found in named.values())]
    for truth in seen.sample.truths:
        # Where no form was read, a name may have been guessed otherwise from the filename.
        found = named.get(truth) or (left.pop(0) if left else None)
        yield _verdict(seen.sample.kind, truth, found)
    for found in left:
        yield _verdict(seen.sample.kind, NOBODY, found)


def _of(truth: Truth, judged: Sequence[tuple[Case, Judgement]]) -> tuple[Case, Judgement] | None:
    """The nomination of a nominee; a name that was read from a filename has no quotes."""
    wanted = fold(truth.nominee).text
    named = [item for item in judged if item[0].nominee and fold(item[0].nominee).text == wanted]
    return named[0] if named else None


def _verdict(kind: str, truth: Truth, found: tuple[Case, Judgement] | None) -> Verdict:
    if found is None:
        return Verdict(kind, truth, None)
    _, judgement = found
    # Nothing of a nomination in review is told, and what is over quota is told with its defects.
    silent = any(finding.severity is Severity.REVIEW for finding in judgement.findings)
    told = frozenset(f.code for f in judgement.findings if f.severity is Severity.CURABLE and not silent)
    said = tuple(f"[{f.severity}] {f.code}: {f.evidence}" for f in judgement.findings)
    return Verdict(kind, truth, judgement.state, told, said)
