"""Rules on who sends what and when: category, unit, nominee, deadline, quota.

The rule on nominees who are put forward more than once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from intake.domain.campaign import findings
from intake.domain.campaign.doubts import doubt_sentence
from intake.domain.campaign.findings import CatalogueEntry
from intake.domain.campaign.registry import level_of
from intake.domain.documents.category import SEVERAL_TICKED
from intake.domain.documents.unopenable import is_sealed
from intake.domain.model.certainty import Basis
from intake.domain.model.document import Role
from intake.domain.model.doubt import DoubtKind
from intake.domain.model.facts import UnreadableFacts
from intake.domain.model.nomination import Case, Finding, Severity
from intake.domain.rules.case_view import Scene, counts, doubtful, found, name_of
from intake.domain.rules.mail_checks import is_new, is_unproven
from intake.domain.rules.namesakes import entry_of, told
from intake.domain.rules.other_files import shows_form
from intake.domain.text.calendar import moment


def _unread(case: Case) -> bool:
    """True where the form is damaged or locked: a readable one will tell what this one does not."""
    if is_sealed(case):
        return True
    document = case.current(Role.FORM)
    return document is not None and isinstance(document.facts, UnreadableFacts)


@dataclass(frozen=True, slots=True)
class CategoryKnown:
    """It is clear in which category the nominee is put forward."""

    entry: ClassVar[CatalogueEntry] = findings.CATEGORY_UNKNOWN

    def see(self, scene: Scene) -> Iterator[Finding]:
        """A person looks; the unit is not asked before.

        Where no form came, the one that is asked for will tell.
        """
        awaited = scene.campaign.needs.form and scene.case.current(Role.FORM) is None
        if scene.case.category is None and not awaited and not _unread(scene.case):
            conflicts = scene.case.form.conflicts if scene.case.form else ()
            words = scene.words
            said = f"{words.form}内所写的类别前后不一致" if conflicts else f"无法确定{words.category}"
            if several := [c for c in conflicts if c.startswith(SEVERAL_TICKED)]:
                said = f"{words.form}同时勾选了多个类别（{several[0].removeprefix(SEVERAL_TICKED)}）"
            document = scene.case.current(Role.FORM)
            basis = Basis.FORM if document else Basis.ABSENCE
            yield found(scene, self.entry, Severity.REVIEW, said, name_of(document), basis=basis)


@dataclass(frozen=True, slots=True)
class UnitKnown:
    """The recommending unit is in the registry, and is of the level that may recommend."""

    entry: ClassVar[CatalogueEntry] = findings.UNIT_UNKNOWN

    def see(self, scene: Scene) -> Iterator[Finding]:
        """A person looks in either case."""
        unit, words = scene.case.unit, scene.words
        if not unit.entitled:
            level = level_of(unit.name or "")
            rank = f"为{level.rank}科协，" if level and level.rank else ""
            said = f"“{unit.name}”{rank}不属于本次{words.event}的{words.unit}层级"
            if scene.known.near_units:
                said += f"；如由{scene.known.near_units[0]}推荐，请核对"
            yield found(scene, findings.UNIT_NOT_ENTITLED, Severity.REVIEW, said, basis=Basis.REGISTRY)
        elif not unit.known:
            said = f"{words.unit}“{unit.name}”不在名录中" if unit.name else f"未能确定{words.unit}"
            if scene.known.near_units:
                said += f"，名录中近似的有“{'”“'.join(scene.known.near_units)}”，请核对"
            yield found(scene, self.entry, Severity.REVIEW, said, basis=Basis.REGISTRY)


@dataclass(frozen=True, slots=True)
class NomineeClear:
    """The nominee has a name."""

    entry: ClassVar[CatalogueEntry] = findings.NOMINEE_UNCLEAR

    def see(self, scene: Scene) -> Iterator[Finding]:
        """For a person, unless the form's empty cell tells it already, or the form that is asked for will."""
        form = scene.case.form
        awaited = scene.campaign.needs.form and shows_form(scene) and scene.case.current(Role.FORM) is None
        told = awaited or (form and "nominee" in form.empty) or _unread(scene.case)
        if scene.case.nominee is None and not told:
            document = scene.case.current(Role.FORM) or scene.case.current(Role.SCAN)
            said = f"未能确定{scene.words.nominee_name}"
            basis = Basis.FORM if form else Basis.ABSENCE
            yield found(scene, self.entry, Severity.REVIEW, said, name_of(document), basis=basis)


@dataclass(frozen=True, slots=True)
class InTime:
    """A nomination is judged by when it first came, a supplement by when it came itself."""

    entry: ClassVar[CatalogueEntry] = findings.LATE

    def see(self, scene: Scene) -> Iterator[Finding]:
        """Late is for a person: nothing is refused by the program alone (个人信息保护法 §24)."""
        head, case = scene.campaign.campaign, scene.case
        for said in scene.doubtful_times:
            yield doubtful(scene, DoubtKind.TWO_TIMES, said, basis=Basis.MAIL)
        if case.received_at >= head.deadline_at:
            said = f"首次收到时间{moment(case.received_at)}，晚于截止时间"
            yield found(scene, self.entry, Severity.REVIEW, said, source=head.notice, basis=Basis.MAIL)
            return
        for item in case.papers:
            at = item.document.message.received_at
            if item.current and at >= head.supplement_until:
                said = f"补充材料于{moment(at)}收到，晚于补正截止时间"
                filename = item.document.filename
                yield found(scene, self.entry, Severity.REVIEW, said, filename, head.notice, basis=Basis.MAIL)


@dataclass(frozen=True, slots=True)
class WithinQuota:
    """The unit keeps to its quota; the program never chooses for it."""

    entry: ClassVar[CatalogueEntry] = findings.OVER_QUOTA

    def see(self, scene: Scene) -> Iterator[Finding]:
        """All nominations that share the quota are held until the unit ranks them.

        A scan whose form we have not seen may not be a further nominee: then a person counts.
        What may be only the correction of another nomination counts for none, nor what anybody may
        have sent in the unit's name.  Where the quota is exceeded only by what several addresses sent that
        nobody has confirmed, a person looks: neither is to learn of the other.
        """
        if (
            scene.limit is None
            or scene.used <= scene.limit
            or not counts(scene.case, scene.campaign.campaign.deadline_at)
            or scene.case.corrects
            or is_unproven(scene.case)
            or is_new(scene.case)
        ):
            return
        quota = scene.campaign.quotas[scene.case.unit.kind or ""]
        what = (
            "各类别合计"
            if quota.total is not None
            else f"“{scene.campaign.category_name(scene.case.category)}”类别"
        )
        said = f"{what}已报{scene.used}个，上限{scene.limit}个"
        severity = Severity.CURABLE if scene.firm > scene.limit else Severity.REVIEW
        yield found(scene, self.entry, severity, said, source=quota.source, basis=Basis.LEDGER)


@dataclass(frozen=True, slots=True)
class NamesSure:
    """The form says in one way only who recommends whom."""

    entry: ClassVar[CatalogueEntry] = findings.DOUBTFUL

    def see(self, scene: Scene) -> Iterator[Finding]:
        """What may be read in several ways is for a person."""
        form, words = scene.case.form, scene.words
        for name in ("unit", "nominee"):
            value = form.fields.get(name) if form else None
            if value is not None and not value.sure:
                said = f"{words.form}中的{words.of(name)}有多种读法，暂按“{value.text}”登记"
                document = name_of(scene.case.current(Role.FORM))
                yield doubtful(
                    scene, DoubtKind.NAME_AMBIGUOUS, said, document, basis=Basis.FORM, fields=(name,)
                )


@dataclass(frozen=True, slots=True)
class AssemblySure:
    """The documents were put together beyond doubt."""

    entry: ClassVar[CatalogueEntry] = findings.DOUBTFUL

    def see(self, scene: Scene) -> Iterator[Finding]:
        """Every doubt of the assembly goes to a person."""
        for doubt in scene.case.doubts:
            said = doubt_sentence(doubt, scene.campaign.words)
            yield doubtful(scene, doubt.kind, said, basis=Basis.PAIRING)


@dataclass(frozen=True, slots=True)
class NotWithdrawn:
    """Nobody has asked to take the nomination back."""

    entry: ClassVar[CatalogueEntry] = findings.WITHDRAWAL_ASKED

    def see(self, scene: Scene) -> Iterator[Finding]:
        """Staff decide (`shouwen decide NUMBER withdraw`): words can be misread, or forged."""
        for said in scene.case.withdrawals:
            yield found(scene, self.entry, Severity.REVIEW, said, basis=Basis.WORDS)


@dataclass(frozen=True, slots=True)
class PutForwardOnce:
    """No other live nomination puts the same nominee forward, by another unit or in another category."""

    entry: ClassVar[CatalogueEntry] = findings.DUPLICATE_NOMINEE

    def see(self, scene: Scene) -> Iterator[Finding]:
        """For a person, on each nomination concerned: namesakes exist, and no unit hears of another's."""
        for said, basis in told(entry_of(scene.case), scene.namesakes, scene.campaign):
            yield found(scene, self.entry, Severity.REVIEW, said, basis=basis)
