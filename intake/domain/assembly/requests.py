"""What the words of mails mean for the nominations of a unit: withdrawals, corrections, numbers named."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Levenshtein

from intake.domain.mail.intent import Intent, Passage, intent, nomination_numbers, passages
from intake.domain.model.document import MessageRef, Role, in_order
from intake.domain.model.doubt import Doubt, DoubtKind, doubt
from intake.domain.model.nomination import Case, CaseDocument
from intake.domain.text.calendar import moment
from intake.domain.text.names import compact

EXCERPT = 60
"""Characters of a sender's sentence that a finding quotes."""

_MAIN = (Role.FORM, Role.SCAN)
_RENEWING = frozenset({Intent.REPLACE, Intent.VOID, Intent.CORRECT})


@dataclass(frozen=True, slots=True)
class Words:
    """A mail as somebody's words: `body` without quoted history, `files` when it brought any."""

    message: MessageRef
    body: str
    files: bool

    @property
    def text(self) -> str:
        """Subject and body."""
        return f"{self.message.subject}\n{self.body}"

    @property
    def intents(self) -> frozenset[Intent]:
        """What they ask for."""
        return intent(self.message.subject, self.body)


def wants_a_look(words: Words) -> bool:
    """True for words without files that ask for something to be done with earlier material."""
    return bool(words.intents & {Intent.WITHDRAW, Intent.VOID, Intent.AMEND})


def heed(
    cases: Sequence[Case],
    mails: Sequence[Words],
    prefix: str,
    decided: Collection[str],
    out: Collection[str],
) -> list[Case]:
    """The cases with what the mails ask of them; nothing is withdrawn or replaced, a person is told.

    `prefix` is that of the campaign's numbers; `decided` are numbers on which a person
    has decided, `out` those that are no longer live.
    """
    withdrawals: dict[int, list[str]] = {}
    doubts: dict[int, list[Doubt]] = {}
    for words in sorted(mails, key=lambda w: (w.message.received_at, w.message.id)):
        for index, found in _targets(words, _withdrawing(words), cases, prefix):
            letter, quoted = _told(words, found, cases[index])
            withdrawals.setdefault(index, []).append(f"{letter}要求撤回：{quoted}")
        for index, found in _amending(words, cases, prefix):
            letter, quoted = _told(words, found, cases[index])
            amended = doubt(DoubtKind.AMENDED_IN_WORDS, letter=letter, quoted=quoted)
            doubts.setdefault(index, []).append(amended)
        for index, said in _half_replaced(words, cases, prefix):
            doubts.setdefault(index, []).append(said)
    corrected = _corrections(cases, mails, prefix, decided, out)
    for newer, older in corrected.items():
        name = cases[older].number or f"“{cases[older].nominee}”"
        whole = f"编号{name}（{cases[older].nominee}）" if cases[older].number else name
        doubts.setdefault(newer, []).append(doubt(DoubtKind.CORRECTION, older=whole))
        corrected_by = doubt(DoubtKind.CORRECTED, newer=str(cases[newer].nominee), older=whole)
        doubts.setdefault(older, []).append(corrected_by)
    return [
        replace(
            case,
            doubts=tuple(dict.fromkeys((*case.doubts, *doubts.get(index, ())))),
            withdrawals=tuple(dict.fromkeys(withdrawals.get(index, ()))),
            corrects=index in corrected,
        )
        for index, case in enumerate(cases)
    ]


def _withdrawing(words: Words) -> tuple[Passage, ...]:
    asked = passages(Intent.WITHDRAW, words.message.subject, words.body)
    if asked or words.files or Intent.REPLACE in words.intents:
        return asked
    # Earlier material is void and nothing comes in its place.
    return passages(Intent.VOID, words.message.subject, words.body)


def _half_replaced(words: Words, cases: Sequence[Case], prefix: str) -> list[tuple[int, Doubt]]:
    """Cases whose earlier papers a mail declares void without bringing them all anew."""
    void = passages(Intent.VOID, words.message.subject, words.body) if words.files else ()
    if not void:
        return []
    found = []
    meant = _named(" ".join(passage.sentence for passage in void), cases, prefix)
    for index, case in enumerate(cases):
        current = [item.document for item in _main(case) if item.current]
        came = [document.message.id == words.message.id for document in current]
        before = all(document.message.received_at <= words.message.received_at for document in current)
        if before and not all(came) and (any(came) or case in meant):
            old = [document.filename for document, new in zip(current, came, strict=True) if not new]
            at = moment(words.message.received_at)
            found.append((index, doubt(DoubtKind.HALF_REPLACED, *old, at=at, old="、".join(old))))
    return found


def _told(words: Words, found: Passage, case: Case) -> tuple[str, str]:
    """When and from whom a mail came, and what it says, with what makes it less sure."""
    sentence = found.sentence
    excerpt = sentence if len(sentence) <= EXCERPT else f"{sentence[:EXCERPT]}…"
    sender = words.message.claimed_from
    stranger = all(_sender(item) != sender for item in case.documents)
    beware = "（该地址未报送过本件材料，请先核实）" if stranger else ""
    if said := words.message.unverified:
        beware = f"（该邮件未通过发件人身份验证：{said.replace(', ', '，')}，请先核实）"
    return f"{moment(words.message.received_at)}收到{sender}来信", f"“{excerpt}”{beware}"


def _amending(words: Words, cases: Sequence[Case], prefix: str) -> list[tuple[int, Passage]]:
    """What the words alone say that a form should read; what names nobody may be the unit's own telephone."""
    asked = () if words.files else passages(Intent.AMEND, words.message.subject, words.body)
    meant = _targets(words, asked, cases, prefix)
    sure = len({index for index, _ in meant}) == 1 or _named(words.text, cases, prefix)
    return meant if sure else []


def _targets(
    words: Words, asked: Sequence[Passage], cases: Sequence[Case], prefix: str
) -> list[tuple[int, Passage]]:
    """The cases that passages speak of: named beside the word, or anywhere; else all that the sender brought.

    A nomination that the same mail brings is never meant: it takes the other's place.
    """
    earlier = [
        index
        for index, case in enumerate(cases)
        if any(item.document.message.id != words.message.id for item in _main(case))
    ]
    found = []
    for passage in asked:
        before = [passage.clauses[place] for place in range(passage.place, -1, -1)]
        for clause in (*before, *passage.clauses[passage.place + 1 :]):
            meant = _named(clause, [cases[index] for index in earlier], prefix)
            if meant:
                found += [(index, passage) for index in earlier if cases[index] in meant]
                break
    if found or not asked:
        return found
    known = [index for index in earlier if cases[index].received_at <= words.message.received_at]
    anywhere = _named(words.text, [cases[index] for index in earlier], prefix)
    sender = words.message.claimed_from
    own = [index for index in known if any(_sender(item) == sender for item in _main(cases[index]))]
    named = [index for index in earlier if cases[index] in anywhere]
    return [(index, asked[-1]) for index in named or own or known]


def _sender(item: CaseDocument) -> str:
    return item.document.message.claimed_from


def _named(text: str, cases: Sequence[Case], prefix: str) -> list[Case]:
    numbers = nomination_numbers(text, prefix)
    names = _nominees_in(text, cases)
    return [case for case in cases if case.number in numbers or case.nominee in names]


def _nominees_in(text: str, cases: Sequence[Case]) -> set[str]:
    """The nominees whom prose names; a name within another nominee's longer one does not count.

    Unlike in filenames, any letter may stand beside a name (将张伟撤回).
    """
    found, rest = set(), compact(text)
    for name in sorted({case.nominee for case in cases if case.nominee}, key=len, reverse=True):
        if compact(name) and compact(name) in rest:
            found.add(name)
            rest = rest.replace(compact(name), "\0")
    return found


def _main(case: Case) -> list[CaseDocument]:
    return [item for item in case.documents if item.role in _MAIN]


def _corrections(
    cases: Sequence[Case],
    mails: Sequence[Words],
    prefix: str,
    decided: Collection[str],
    out: Collection[str],
) -> dict[int, int]:
    """Which case may be another one under its right name: newer to older, by position.

    The mail that brought the newer form speaks of a correction, and their names differ
    by one character, or it names the older one.
    """
    by_message = {words.message.id: words for words in mails}
    found: dict[int, int] = {}
    for index, case in enumerate(cases):
        forms = in_order([item.document for item in case.documents if item.role is Role.FORM])
        words = by_message.get(forms[0].message.id) if forms else None
        if words is None or not case.nominee or case.number in {*decided, *out}:
            continue
        if not words.intents & _RENEWING:
            continue
        for place, older in enumerate(cases):
            if (
                place != index
                and older.number not in out
                and older.unit.key == case.unit.key
                and older.category == case.category
                and older.received_at < forms[0].message.received_at
                and all(item.document.message.id != words.message.id for item in _main(older))
                and _same_under_another_name(case.nominee, older, words, prefix)
            ):
                found[index] = place
    return found


def _same_under_another_name(nominee: str, older: Case, words: Words, prefix: str) -> bool:
    if not older.nominee:
        return False
    if Levenshtein.distance(compact(nominee), compact(older.nominee)) == 1:
        return True
    return bool(_named(words.text, [older], prefix))


def hinted(cases: Sequence[Case], mails: Sequence[Words], prefix: str) -> Mapping[int, str]:
    """The one nominee whose number a mail with files names, by message row: evidence for its scan.

    Only where the nomination had no scan before, or the mail says that it brings a
    better one; and never where the mail names another nominee too.
    """
    by_number = {case.number: case for case in cases if case.number and case.nominee}
    result = {}
    for words in mails:
        numbers = nomination_numbers(words.text, prefix) if words.files else ()
        case = by_number.get(numbers[0]) if len(numbers) == 1 else None
        if case is None or not case.nominee or _nominees_in(words.text, cases) - {case.nominee}:
            continue
        before = [
            item.document.message
            for item in case.documents
            if item.role is Role.SCAN and item.document.message.id != words.message.id
        ]
        earlier = [ref for ref in before if ref.received_at <= words.message.received_at]
        if not earlier or words.intents & _RENEWING:
            result[words.message.id] = case.nominee
    return result
