"""Who writes for a unit: the addresses of its registry row, and those that a person has confirmed.

Everybody may fill in a form with a unit's name.  What an address may be told, replace or complete hangs on
this alone, never on what a mail names: a number, a nominee and a letter of ours are known to strangers too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from intake.domain.mail.authentication import domain_of
from intake.domain.model.document import Document, MessageRef, came

KNOWN = ""
"""Stands for all correspondents of a unit together: what one of them sent another may mend."""


@dataclass(frozen=True, slots=True)
class Correspondents:
    """The correspondents of one unit, in lower case.

    `registered` are the addresses of its registry row, "@domain" for a whole domain; `confirmed` those that
    a person confirmed, `refused` those of which a person said that they do not write for the unit.
    """

    registered: tuple[str, ...] = ()
    confirmed: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()

    @property
    def named(self) -> bool:
        """True where the unit has a correspondent; else whoever writes is one for his own material alone."""
        return bool(self.addresses or self._domains)

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses to which letters that concern the unit go, each once; a domain has none."""
        whole = (address for address in self.registered if not address.startswith("@"))
        return tuple(
            address
            for address in dict.fromkeys((*whole, *sorted(self.confirmed)))
            if address not in self.refused
        )

    @property
    def entries(self) -> tuple[str, ...]:
        """All that is on record of who writes for the unit, domains too, as staff read it."""
        return (*self.addresses, *(f"@{domain}" for domain in sorted(self._domains)))

    @property
    def _domains(self) -> frozenset[str]:
        return frozenset(address[1:] for address in self.registered if address.startswith("@"))

    def includes(self, mail: MessageRef) -> bool:
        """True for a mail of a correspondent.

        One that the provider could not verify may be anybody's.  A whole domain is worth no more than
        the provider's word for it (RFC 8601), and reaches neither subdomains nor look-alikes.
        """
        return not mail.unverified and self.knows(mail.claimed_from, verified=mail.verified)

    def knows(self, address: str, *, verified: bool) -> bool:
        """True for the address of a correspondent; `verified` tells that the provider vouches for it."""
        folded = address.strip().lower()
        if not folded or folded in self.refused:
            return False
        return folded in self.addresses or (verified and domain_of(folded) in self._domains)

    def sender_of(self, mail: MessageRef) -> str:
        """Whose material a mail brings: `KNOWN` for that of the correspondents, else its address."""
        return KNOWN if self.includes(mail) else address_of(mail) or NAMELESS

    def by_sender(self, documents: Iterable[Document]) -> Mapping[str, Sequence[Document]]:
        """The documents of each sender, the correspondents' first, then by who came first.

        Those of an address that a person refused are nobody's, and left out.
        """
        found: dict[str, list[Document]] = {}
        for document in sorted(documents, key=came):
            if address_of(document.message) not in self.refused:
                found.setdefault(self.sender_of(document.message), []).append(document)
        return dict(sorted(found.items(), key=lambda item: item[0] != KNOWN))


NAMELESS = "不明地址"
"""Whose material a mail without a sender's address brings."""


def address_of(mail: MessageRef) -> str:
    """The sender's address in lower case."""
    return mail.claimed_from.strip().lower()
