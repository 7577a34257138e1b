"""The accounts of the desk: opened, changed and closed by the operator, logged in to by staff.

Passwords are kept as argon2id hashes with the smaller of the parameters that OWASP's Password Storage
Cheat Sheet counsels (19 MiB, two passes): the desk shares a small machine with the service.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import unicodedata
from dataclasses import dataclass
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.engine import Engine

from intake import clock
from intake.domain.model.staff import Clerk, StaffRole
from store import accounts
from store.database.engine import viewing, writing

LEAST_PASSWORD = 10
"""Characters; NIST SP 800-63B §5.1.1.2 wants 8 at least and no rules on their kinds."""

LONGEST_NAME = 40
LONGEST_PASSWORD = 500

LONGEST_SESSION = timedelta(hours=12)
"""After a working day one logs in again, whatever one does."""

_SEEN_EVERY = timedelta(minutes=1)
"""How exactly the use of a session is on record: not each picture of a page is a write."""

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_NOBODY = _HASHER.hash(secrets.token_hex())
"""Verified where there is no such account, so that the time of an answer tells nobody which there are."""

_one_at_a_time = threading.Lock()


class BadAccount(ValueError):
    """A name or password that cannot be an account's, or an account that is (or is not) there."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts in a database; a session ends `idle` after its last use."""

    engine: Engine
    idle: timedelta = timedelta(hours=1)

    def add(self, name: str, role: StaffRole, password: str, by: str) -> Clerk:
        """Opens an account; raises `BadAccount`."""
        clerk = Clerk(_checked_name(name), role, clock.now())
        hashed = _hashed(password)
        with writing(self.engine) as cn:
            if not accounts.add(cn, clerk, hashed, by):
                raise BadAccount(f"there is an account {clerk.name} already")
        return clerk

    def change(
        self, name: str, by: str, *, role: StaffRole | None = None, password: str | None = None
    ) -> None:
        """Gives an account another role or password; whoever is logged in with it is logged out."""
        hashed = _hashed(password) if password is not None else None
        with writing(self.engine) as cn:
            if not accounts.change(cn, _plain(name), clock.now(), by, role=role, password=hashed):
                raise BadAccount(f"there is no account {name}")

    def remove(self, name: str, by: str) -> None:
        """Closes an account; raises `BadAccount` where there is none."""
        with writing(self.engine) as cn:
            if not accounts.remove(cn, _plain(name), clock.now(), by):
                raise BadAccount(f"there is no account {name}")

    def listed(self) -> list[Clerk]:
        """All accounts by name."""
        with viewing(self.engine) as cn:
            return accounts.listed(cn)

    def login(self, name: str, password: str) -> str | None:
        """A new token for the browser where name and password are right, else None."""
        name = _plain(name)
        with viewing(self.engine) as cn:
            hashed = accounts.password_of(cn, name)
        right = _is_right(hashed or _NOBODY, password)
        if hashed is None or not right:
            return None
        return self._begin(name, hashed)

    def enter(self, name: str) -> str | None:
        """A new token for whom the organisation's proxy has logged in; None where he has no account here."""
        name = _plain(name)
        with viewing(self.engine) as cn:
            hashed = accounts.password_of(cn, name)
        return None if hashed is None else self._begin(name, hashed)

    def _begin(self, name: str, hashed: str) -> str | None:
        token, now = secrets.token_urlsafe(32), clock.now()
        with writing(self.engine) as cn:
            accounts.end_older(cn, now - LONGEST_SESSION, now - self.idle)
            # The account may have been closed, or its password changed, while this one was verified.
            if accounts.password_of(cn, name) != hashed:
                return None
            accounts.begin(cn, _shown(token), name, now)
        return token

    def clerk(self, token: str) -> Clerk | None:
        """Whose token this is, while the session lasts."""
        now, shown = clock.now(), _shown(token)
        with viewing(self.engine) as cn:
            found = accounts.session(cn, shown)
        if found is None:
            return None
        if now - found.begun_at > LONGEST_SESSION or now - found.seen_at > self.idle:
            self.logout(token)
            return None
        if now - found.seen_at > _SEEN_EVERY:
            with writing(self.engine) as cn:
                accounts.seen(cn, shown, now)
        return found.clerk

    def logout(self, token: str) -> None:
        """Ends the session of a token."""
        with writing(self.engine) as cn:
            accounts.end(cn, _shown(token))


def _shown(token: str) -> str:
    """What is kept of a token: whoever reads the database cannot take a session over."""
    return hashlib.sha256(token.encode()).hexdigest()


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name.strip())


def _checked_name(name: str) -> str:
    name = _plain(name)
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadAccount(f"a name has 1 to {LONGEST_NAME} printable characters")
    return name


def _hashed(password: str) -> str:
    if not LEAST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise BadAccount(f"a password has {LEAST_PASSWORD} to {LONGEST_PASSWORD} characters")
    return _HASHER.hash(unicodedata.normalize("NFC", password))


def _is_right(hashed: str, password: str) -> bool:
    # One at a time: each takes 19 MiB, and whoever guesses waits in line.
    with _one_at_a_time:
        try:
            return _HASHER.verify(hashed, unicodedata.normalize("NFC", password[:LONGEST_PASSWORD]))
        except (VerificationError, InvalidHashError):
            return False
