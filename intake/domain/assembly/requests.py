"""What the words of mails mean for the nominations of a unit: withdrawals, corrections, numbers named.

Words are evidence, never deeds.  They are weighed against the unit's nominations each time it is assembled,
mail without files included, and make findings for a person.  A nomination that may only be another one under
its right name takes no place in the quota until somebody has looked.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz.distance import Levenshtein

from intake.domain.documents.unopenable import is_archive
from intake.domain.mail.intent import Intent, Passage, intent, nomination_numbers, passages
from intake.domain.model.document import Document, MessageRef, Role, in_order
from intake.domain.model.doubt import Doubt, DoubtKind, doubt
from intake.domain.model.nomination import Case, CaseDocument
from intake.domain.text.calendar import moment
from intake.domain.text.names import compact

EXCERPT = 60
"""Characters of a sender's sentence that a finding quotes."""

_ANSWERS = re.compile(r"重新(?:发|报|打包|压缩|扫描)|重发|再发一|再次发|密码|解压|加密|打不开|无法打开|损坏")
_ADDS = re.compile(r"补充|补正|补交|补报|补发|补上|重新|再次")
"""Words that something is sent again because it could not be opened, and words that bring what lacked."""

_RENEWING = frozenset({Intent.REPLACE, Intent.VOID, Intent.CORRECT})


@dataclass(frozen=True, slots=True)
class Answers:
    """What ties an answer to what was asked, beside sender and names.

    `replies`: by document row, the rows of messages that answer a letter on a nomination that holds it;
    `saying`: the rows of messages whose own words say that something is sent again; `adding`: of those
    that bring what lacked.
    """

    replies: Mapping[int, Collection[int]] = field(default_factory=dict)
    saying: Collection[int] = ()
    adding: Collection[int] = ()

    def answered_by(self, files: Sequence[Document], paper: Document) -> bool:
        """True for a paper in a mail that answers our letter on the files, or says they are sent again.

        What merely follows, be it from the same sender, may be a further nomination.
        """
        mail = paper.message
        if any(mail.id in self.replies.get(document.id, ()) for document in files):
            return True
        said = mail.id in self.saying or (mail.id in self.adding and not any(map(is_archive, files)))
        return said and mail.claimed_from == files[0].message.claimed_from


NO_ANSWERS = Answers()


def says_again(subject: str, body: str) -> bool:
    """True for words that speak of sending again, or of a password."""
    return _ANSWERS.search(f"{subject}\n{body}") is not None


def says_it_adds(subject: str, body: str) -> bool:
    """True for words that speak of supplementing."""
    return _ADDS.search(f"{subject}\n{body}") is not None


@dataclass(frozen=True, slots=True)
class Statement:
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


def wants_a_look(words: Statement) -> bool:
    """True for words without files that ask for something to be done with earlier material."""
    return bool(words.intents & {Intent.WITHDRAW, Intent.VOID, Intent.AMEND})


def heed(
    cases: Sequence[Case],
    mails: Sequence[Statement],
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
            withdrawals=tuple(dict.fromkeys((*case.withdrawals, *withdrawals.get(index, ())))),
            corrects=case.corrects or index in corrected,
        )
        for index, case in enumerate(cases)
    ]


def _withdrawing(words: Statement) -> tuple[Passage, ...]:
    asked = passages(Intent.WITHDRAW, words.message.subject, words.body)
    if asked or words.files or Intent.REPLACE in words.intents:
        return asked
    # Earlier material is void and nothing comes in its place.
    return passages(Intent.VOID, words.message.subject, words.body)


def _half_replaced(words: Statement, cases: Sequence[Case], prefix: str) -> list[tuple[int, Doubt]]:
    """Cases whose earlier papers a mail declares void without bringing them all anew."""
    void = passages(Intent.VOID, words.message.subject, words.body) if words.files else ()
    if not void:
        return []
    found = []
    meant = _named(" ".join(passage.sentence for passage in void), cases, prefix)
    for index, case in enumerate(cases):
        current = [item.document for item in case.papers if item.current]
        came = [document.message.id == words.message.id for document in current]
        before = all(document.message.received_at <= words.message.received_at for document in current)
        if before and not all(came) and (any(came) or case in meant):
            old = [document.filename for document, new in zip(current, came, strict=True) if not new]
            at = moment(words.message.received_at)
            found.append((index, doubt(DoubtKind.HALF_REPLACED, *old, at=at, old="、".join(old))))
    return found


def _told(words: Statement, found: Passage, case: Case) -> tuple[str, str]:
    """When and from whom a mail came, and what it says, with what makes it less sure."""
    sentence = found.sentence
    excerpt = sentence if len(sentence) <= EXCERPT else f"{sentence[:EXCERPT]}…"
    sender = words.message.claimed_from
    stranger = all(_sender(item) != sender for item in case.documents)
    beware = "（该地址未报送过本件材料，请先核实）" if stranger else ""
    if said := words.message.unverified:
        beware = f"（该邮件未通过发件人身份验证：{said.replace(', ', '，')}，请先核实）"
    return f"{moment(words.message.received_at)}收到{sender}来信", f"“{excerpt}”{beware}"


def _amending(words: Statement, cases: Sequence[Case], prefix: str) -> list[tuple[int, Passage]]:
    """What the words alone say that a form should read; what names nobody may be the unit's own telephone."""
    asked = () if words.files else passages(Intent.AMEND, words.message.subject, words.body)
    if not asked:
        return []
    meant = _targets(words, asked, cases, prefix)
    sure = len({index for index, _ in meant}) == 1 or _named(words.text, cases, prefix)
    return meant if sure else []


def _targets(
    words: Statement, asked: Sequence[Passage], cases: Sequence[Case], prefix: str
) -> list[tuple[int, Passage]]:
    """The cases that passages speak of: named beside the word, or anywhere; else all that the sender brought.

    A nomination that the same mail brings is never meant: it takes the other's place.
    """
    if not asked:
        return []
    earlier = {
        index: case
        for index, case in enumerate(cases)
        if any(item.document.message.id != words.message.id for item in case.papers)
    }
    found = [(index, passage) for passage in asked for index in _meant(passage, earlier, prefix)]
    if found:
        return found
    named = _indices_of(words.text, earlier, prefix)
    return [(index, asked[-1]) for index in named or _brought_by(words, earlier)]


def _meant(passage: Passage, earlier: Mapping[int, Case], prefix: str) -> list[int]:
    """The cases that a passage names, in the clause nearest to the word: before it, else behind it."""
    before = [passage.clauses[place] for place in range(passage.place, -1, -1)]
    clauses = (*before, *passage.clauses[passage.place + 1 :])
    return next((meant for clause in clauses if (meant := _indices_of(clause, earlier, prefix))), [])


def _indices_of(text: str, earlier: Mapping[int, Case], prefix: str) -> list[int]:
    meant = _named(text, list(earlier.values()), prefix)
    return [index for index, case in earlier.items() if case in meant]


def _brought_by(words: Statement, earlier: Mapping[int, Case]) -> list[int]:
    """What was there when the mail came, of its sender if anything was."""
    known = [index for index, case in earlier.items() if case.received_at <= words.message.received_at]
    sender = words.message.claimed_from
    own = [index for index in known if any(_sender(item) == sender for item in earlier[index].papers)]
    return own or known


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


def _corrections(
    cases: Sequence[Case],
    mails: Sequence[Statement],
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
                and all(item.document.message.id != words.message.id for item in older.papers)
                and _same_under_another_name(case.nominee, older, words, prefix)
            ):
                found[index] = place
    return found


def _same_under_another_name(nominee: str, older: Case, words: Statement, prefix: str) -> bool:
    if not older.nominee:
        return False
    if Levenshtein.distance(compact(nominee), compact(older.nominee)) == 1:
        return True
    return bool(_named(words.text, [older], prefix))


def hinted(cases: Sequence[Case], mails: Sequence[Statement], prefix: str) -> Mapping[int, str]:
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
