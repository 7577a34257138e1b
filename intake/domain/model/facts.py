"""Facts: what a parser read out of untrusted bytes, before any rule looks at it.

Facts are frozen, know nothing of the campaign, and cross the process boundary
of the sandbox.  A name that begins with `claimed_` is the sender's assertion.

All facts have one face for pages: `pages`, `page_count`, `text` (their text layers), `is_scan`, `is_picture`,
`is_ofd` and `picture_side`.  Who asks what a file shows asks this face, and not the type.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, Self

COVERED = 0.5
"""Share of a page under pictures from which its text layer is a reading of them, with a reader's slips."""

PICTURE_FORMATS = frozenset({"jpeg", "png", "gif", "tiff", "bmp", "webp", "heic", "avif"})
"""Formats of pictures, as first bytes tell them; one that could not be opened is no Word form."""

PAGED_FORMATS = frozenset({"pdf", "ofd"})
"""Formats of printed pages; one that could not be opened is no Word form, and may be the scan."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of running text, runs joined, white space kept."""

    text: str
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table; a merged cell stands once, at its first column."""

    text: str
    column: int
    span: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table as rows of distinct cells; a cell merged downwards repeats in each row."""

    rows: tuple[tuple[Cell, ...], ...]
    kind: Literal["table"] = "table"


Block = Paragraph | Table


@dataclass(frozen=True, slots=True)
class PdfPage:
    """One page: its text layer and how much of it pictures cover (0 to 1)."""

    text: str
    width_pt: float
    height_pt: float
    image_share: float


@dataclass(frozen=True, slots=True)
class PdfSignature:
    """An electronic signature or seal: what it says of its signer, nothing of which was verified.

    `names` are those in the signer's certificate (its common name, then body and department), in the seal,
    and the one that the signature claims.  `whole` tells whether the file is as it was signed, None where
    that cannot be told.  An OFD's seal has its `maker`, and is valid from day to day in China.
    """

    names: tuple[str, ...]
    whole: bool | None = None
    maker: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


class _Unsigned:
    """The face of a file that is neither PDF nor OFD."""

    __slots__ = ()

    @property
    def signatures(self) -> tuple[PdfSignature, ...]:
        """Its electronic signatures: only those of a PDF or OFD are read."""
        return ()

    @property
    def is_ofd(self) -> bool:
        """True for an OFD (版式文件), whose pages are read and not drawn."""
        return False


class _Pageless(_Unsigned):
    """The face of a file without pages as they are shown; a Word file has none before it is printed."""

    __slots__ = ()

    @property
    def pages(self) -> tuple[PdfPage, ...]:
        """The pages that were read."""
        return ()

    @property
    def page_count(self) -> int:
        """The pages that the file has, read or not."""
        return 0

    @property
    def text(self) -> str:
        """The text layers of its pages; what a Word file says stands in its blocks."""
        return ""

    @property
    def is_scan(self) -> bool:
        """True for a file whose pages are pictures without a usable text layer."""
        return False

    @property
    def is_picture(self) -> bool:
        """True for a picture without a file of pages around it."""
        return False

    @property
    def picture_side(self) -> int:
        """Pixels of the shorter side of a picture; 0 for all else."""
        return 0

    def part(self, numbers: Collection[int]) -> Self:
        """Itself: it has no pages to be taken apart."""
        return self


@dataclass(frozen=True, slots=True)
class WordFacts(_Pageless):
    """The text of a Word file in reading order (nested tables follow their outer one).

    `macros` notes that the file carries macros, which nobody ever runs.
    `converted_from` is the format it had where that was another than Word's present one (legacy-word, wps,
    rtf, odt, html).
    `unread` names what the file shows and we did not read (altChunk: a file pasted in
    whole): what seems empty in it may stand there.
    `damaged` is true for a file that Word refuses to open, though its text could be saved.
    """

    blocks: tuple[Block, ...]
    images: int = 0
    macros: bool = False
    converted_from: str = ""
    unread: tuple[str, ...] = ()
    damaged: bool = False
    kind: Literal["word"] = "word"


@dataclass(frozen=True, slots=True)
class PdfFacts:
    """A PDF or OFD that could be opened: its pages, at most the limit's number of them.

    `fields` are the values of fillable fields (AcroForm or XFA), name and value;
    `members` files embedded in it (a portfolio), their bytes in the scratch folder; one that is
    damaged or too much is named in `left_out` with the reason code, as in `ContainerFacts`.
    `signatures` are its electronic signatures and seals.  An OFD (GB/T 33190) has no fields and no members.
    """

    pages: tuple[PdfPage, ...]
    page_count: int
    producer: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    members: tuple[Attachment, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    signatures: tuple[PdfSignature, ...] = ()
    format: Literal["pdf", "ofd"] = "pdf"
    kind: Literal["pdf"] = "pdf"

    @property
    def text(self) -> str:
        """All text layers, page after page; empty for a pure scan."""
        return "\n".join(page.text for page in self.pages)

    @property
    def is_scan(self) -> bool:
        """True when the pages are pictures without a usable text layer."""
        characters = sum(len("".join(page.text.split())) for page in self.pages)
        return bool(self.pages) and characters < 10 * len(self.pages)

    @property
    def is_picture(self) -> bool:
        """False: its pages may be pictures."""
        return False

    @property
    def is_ofd(self) -> bool:
        """True for an OFD, whose pages are read and not drawn."""
        return self.format == "ofd"

    @property
    def picture_side(self) -> int:
        """0: pages have points and no pixels."""
        return 0

    def part(self, numbers: Collection[int]) -> Self:
        """The facts of these pages alone, counted from 1; those that were not read are only counted.

        Nobody knows which of the pages a signature was meant for: a part has none.
        """
        kept = tuple(page for number, page in enumerate(self.pages, 1) if number in numbers)
        return replace(self, pages=kept, page_count=len(numbers), signatures=())


@dataclass(frozen=True, slots=True)
class ImageFacts(_Unsigned):
    """A picture; width and height in pixels."""

    format: str
    width: int
    height: int
    kind: Literal["image"] = "image"

    @property
    def pages(self) -> tuple[PdfPage, ...]:
        """One page, all of it picture, a point for each pixel."""
        return (PdfPage("", float(self.width), float(self.height), 1.0),)

    @property
    def page_count(self) -> int:
        """One."""
        return 1

    @property
    def text(self) -> str:
        """Empty: a picture has no text layer."""
        return ""

    @property
    def is_scan(self) -> bool:
        """False: only looking at it tells a sheet from a photograph."""
        return False

    @property
    def is_picture(self) -> bool:
        """True."""
        return True

    @property
    def picture_side(self) -> int:
        """Pixels of the shorter side."""
        return min(self.width, self.height)

    def part(self, numbers: Collection[int]) -> Self:
        """Itself: it has no pages to be taken apart."""
        return self


@dataclass(frozen=True, slots=True)
class OpaqueFacts(_Pageless):
    """A file whose kind is known but that this installation does not open.

    `format` is one of legacy-word, wps, rtf, odt, spreadsheet, presentation,
    archive, message, tnef, signature, video, text, unknown.  Nobody is ever asked to send
    again what we merely could not open: such a document makes a person look.
    """

    format: str
    kind: Literal["opaque"] = "opaque"


@dataclass(frozen=True, slots=True)
class UnreadableFacts(_Pageless):
    """A file that is damaged, encrypted or over a limit; `detail` is for staff, in English.

    `locked` are the files that the directory of a locked archive names, each with its size in bytes:
    a password hides neither.
    """

    code: Literal["unreadable", "encrypted", "too-large"]
    claimed_format: str
    detail: str
    kind: Literal["unreadable"] = "unreadable"
    locked: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class ContainerFacts(_Pageless):
    """A file that holds files: an archive, a mail sent as a file, a winmail.dat.

    `format` is zip, 7z, rar, message, outlook-message, tnef or signed.  `members` are its
    files, their bytes in the scratch folder; one that is locked or too much is named in
    `left_out` with the reason code (encrypted, too-large, unreadable).  For a mail
    `subject`, `sender` and `body` tell what it says; it may be a forwarded submission.
    """

    format: str
    members: tuple[Attachment, ...]
    left_out: tuple[tuple[str, str], ...] = ()
    subject: str = ""
    sender: str = ""
    body: str = ""
    kind: Literal["container"] = "container"


Facts = WordFacts | PdfFacts | ImageFacts | ContainerFacts | OpaqueFacts | UnreadableFacts


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox as a header gives it; `address` is lower case, `name` decoded."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Hop:
    """One Received header, the topmost first; `at` is None where its date does not parse."""

    by: str
    at: datetime | None
    raw: str


@dataclass(frozen=True, slots=True)
class MethodResult:
    """What one method found (RFC 8601 §2.2), all in lower case: "spf", "pass", (("smtp.mailfrom", …),).

    A header that says that nothing was checked has the one result "none", "none".
    """

    method: str
    result: str
    properties: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class AuthenticationResults:
    """One Authentication-Results header: who wrote it (lower case, may be empty) and what was found.

    `above` is the number of Received headers above it, by which the provider's own is told from a
    sender's.
    """

    name: str
    above: int
    results: tuple[MethodResult, ...]


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file taken out of a message; its bytes lie in the scratch folder under `content_hash`.

    `filename` is decoded, without directories or control characters; None when
    the mail names none.  `content_hash` is "sha256:" and 64 hex digits.  `folder` is
    where in an archive the file lay ("张三/扫描件"), which is evidence for pairing.
    """

    ordinal: int
    filename: str | None
    claimed_type: str
    content_hash: str
    size: int
    folder: str = ""


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """What one archived message says of itself (RFC 5322), and its files.

    `return_path` is None without the header and "" for the null sender.
    `automatic` holds the headers that betray a machine, lower-case name to value
    (auto-submitted, precedence, list-id, list-unsubscribe, x-auto-response-suppress,
    x-autoreply, x-autorespond, feedback-id, x-failed-recipients).
    `content_type` is that of the whole message (multipart/report and the like).
    `body` is what the sender wrote now, `quoted` the history below it; `forwarded` when
    `body` goes on with a message that he passes on.  `left_out` names the files that a
    limit kept out, with the reason code, as in `ContainerFacts`.  `authentication` are the
    Authentication-Results headers, the topmost first, whoever wrote them.
    """

    message_id: str | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    subject: str
    claimed_from: Address | None
    reply_to: Address | None
    claimed_to: tuple[Address, ...]
    return_path: str | None
    claimed_date: datetime | None
    received: tuple[Hop, ...]
    automatic: dict[str, str]
    content_type: str
    body: str
    attachments: tuple[Attachment, ...]
    quoted: str = ""
    forwarded: bool = False
    wants_read_receipt: bool = False
    defects: tuple[str, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    authentication: tuple[AuthenticationResults, ...] = ()
