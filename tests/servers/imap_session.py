"""One connection to the fault server: commands are read, recorded, and answered as the faults have it."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from socketserver import StreamRequestHandler

from tests.servers.imap_wire import (
    Item,
    Stored,
    arguments,
    body,
    folder_name,
    items,
    numbered,
    plain,
    written_name,
)

UNSAFE_LOGIN = "NO SELECT Unsafe Login. Please contact kefu@188.com for help"
CAPABILITIES = "IMAP4rev1 ID LITERAL+ UIDPLUS SPECIAL-USE"


@dataclass(slots=True)
class Faults:
    """How the server misbehaves; may be changed between and during sessions.

    Counts in the tables by UID are of FETCHes of that message's body; `FOR_EVER`
    never ends.  `cut_at_bodies` numbers all bodies that the server sends, from 1:
    the connection ends in the middle of each of these.  `bye_on` holds command
    names ("FETCH", "EXAMINE"); each is met once, with BYE and the end of the
    connection in place of an answer.  `left_out` are messages that are listed, but
    of which a FETCH of the body says nothing, `heads_left_out` those of which one of
    header fields says nothing.  `refuse` has the answer to each command of a name,
    in place of what it asks for.  `silent_on` holds command names as `bye_on`
    does, each met once without any answer.  `drip_seconds` lie between any two bytes that are sent.
    """

    unsafe_without_id: bool = False
    no_uidnext: bool = False
    empty_status: bool = False
    refuse_login: str | None = None
    refuse: dict[str, str] = field(default_factory=dict)
    cut_at_bodies: set[int] = field(default_factory=set)
    bye_on: list[str] = field(default_factory=list)
    size_lies: dict[int, float] = field(default_factory=dict)
    short_bodies: dict[int, float] = field(default_factory=dict)
    nil_bodies: dict[int, float] = field(default_factory=dict)
    left_out: dict[int, float] = field(default_factory=dict)
    heads_left_out: set[int] = field(default_factory=set)
    silent_on: list[str] = field(default_factory=list)
    drip_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Command:
    """A command as it came: the session's number from 1, its name in capitals ("UID FETCH"), the rest."""

    session: int
    name: str
    rest: str


@dataclass
class Served:
    """What all connections share: the messages of each folder, the account, the faults, the record.

    `folders` is keyed by decoded name, its messages stand in the order of their UIDs.
    """

    folders: dict[str, list[Stored]]
    faults: Faults
    username: str
    password: str
    uidvalidity: int = 1700000001
    commands: list[Command] = field(default_factory=list)
    sessions: int = 0
    bodies_sent: int = 0


class HangUp(Exception):
    """The session ends here, without a further answer."""


class Session:
    """One connection: reads commands, answers them as the faults have it."""

    def __init__(self, owner: Served, number: int, wire: StreamRequestHandler) -> None:
        self.owner = owner
        self.number = number
        self.wire = wire
        self.sent_id = False
        self.logged_in = False
        self.messages: list[Stored] | None = None

    def run(self) -> None:
        """Serves the connection to its end, whoever ends it."""
        try:
            self.say(f"* OK [CAPABILITY {CAPABILITIES}] ready")
            while True:
                self.answer(*self.read_command())
        except (HangUp, ConnectionError):
            return

    def say(self, line: str) -> None:
        self.write(line.encode("ascii") + b"\r\n")

    def write(self, data: bytes) -> None:
        """Sends the bytes, one after another where the server drips."""
        for at, byte in enumerate(data):
            if not self.owner.faults.drip_seconds:
                self.wire.wfile.write(data[at:])
                return
            self.wire.wfile.write(bytes((byte,)))
            time.sleep(self.owner.faults.drip_seconds)

    def read_command(self) -> tuple[str, str, str]:
        """Tag, name and rest of the next command; literals (RFC 7888) are put in as quoted strings."""
        text = ""
        while True:
            line = self.wire.rfile.readline()
            if not line.endswith(b"\n"):
                raise HangUp
            text += line.rstrip(b"\r\n").decode("utf-8", "replace")
            literal = re.search(r"\{(\d+)(\+?)\}$", text)
            if literal is None:
                break
            if not literal[2]:
                self.say("+ go on")
            value = self.wire.rfile.read(int(literal[1])).decode("utf-8", "replace")
            text = f'{text[: literal.start()]}"{value}"'
        tag, name, rest = [*text.split(" ", 2), "", ""][:3]
        if name.upper() == "UID":
            second, _, rest = rest.partition(" ")
            name = f"UID {second}"
        self.owner.commands.append(Command(self.number, name.upper(), rest))
        return tag, name.upper(), rest

    def answer(self, tag: str, name: str, rest: str) -> None:
        short = name.removeprefix("UID ")
        if short in self.owner.faults.bye_on:
            self.owner.faults.bye_on.remove(short)
            self.say("* BYE the server is going down")
            raise HangUp
        if short in self.owner.faults.silent_on:
            self.owner.faults.silent_on.remove(short)
            return
        try:
            self.say(f"{tag} {self.act(short, rest, by_uid=name != short)}")
        except (ValueError, KeyError, IndexError) as fault:
            self.say(f"{tag} BAD {fault!r}".encode("ascii", "replace").decode("ascii"))
        if name == "LOGOUT":
            raise HangUp

    def act(self, short: str, rest: str, by_uid: bool) -> str:
        """Does the command; returns the tagged answer without its tag."""
        if not self.logged_in and short not in ("CAPABILITY", "ID", "LOGIN", "LOGOUT", "NOOP"):
            return "NO log in first"
        if short in self.owner.faults.refuse:
            return self.owner.faults.refuse[short]
        if self.messages is None and short in ("FETCH", "SEARCH"):
            return "BAD no folder is open"
        match short:
            case "LOGIN":
                return self.login(*arguments(rest))
            case "SELECT" | "EXAMINE":
                return self.open(folder_name(arguments(rest)[0]), short)
            case "FETCH":
                self.fetch(rest, by_uid)
            case "SEARCH":
                self.search(rest, by_uid)
            case "STATUS":
                self.status(folder_name(arguments(rest)[0]), rest)
            case _:
                return self.act_simply(short)
        return f"OK {short} done"

    def act_simply(self, short: str) -> str:
        """The commands whose arguments do not matter here."""
        match short:
            case "CAPABILITY":
                self.say(f"* CAPABILITY {CAPABILITIES}")
            case "ID":
                # Only an ID after the login counts at 163.
                self.sent_id = self.logged_in
                self.say('* ID ("name" "faults")')
            case "LOGOUT":
                self.say("* BYE see you")
            case "LIST":
                for folder in self.owner.folders:
                    self.say(f'* LIST (\\HasNoChildren) "/" {written_name(folder)}')
            case "CLOSE" | "UNSELECT":
                self.messages = None
            case "NOOP":
                pass
            case _:
                return f"NO {short} is not for readers"
        return f"OK {short} done"

    def login(self, username: str, password: str) -> str:
        if self.owner.faults.refuse_login:
            return self.owner.faults.refuse_login
        self.logged_in = (username, password) == (self.owner.username, self.owner.password)
        return "OK LOGIN done" if self.logged_in else "NO LOGIN Login error or password error"

    def status(self, folder: str, rest: str) -> None:
        messages = self.owner.folders[folder]
        known = {
            "MESSAGES": len(messages),
            "RECENT": 0,
            "UNSEEN": sum("\\Seen" not in message.flags for message in messages),
            "UIDNEXT": max((message.uid for message in messages), default=0) + 1,
            "UIDVALIDITY": self.owner.uidvalidity,
        }
        asked = rest[rest.rindex("(") + 1 :].rstrip(")").upper().split()
        told = "" if self.owner.faults.empty_status else " ".join(f"{word} {known[word]}" for word in asked)
        self.say(f"* STATUS {written_name(folder)} ({told})")

    def open(self, folder: str, short: str) -> str:
        if self.owner.faults.unsafe_without_id and not self.sent_id:
            return UNSAFE_LOGIN
        if folder not in self.owner.folders:
            return f"NO {short} no such folder"
        self.messages = list(self.owner.folders[folder])
        self.say(f"* {len(self.messages)} EXISTS")
        self.say("* 0 RECENT")
        self.say("* FLAGS (\\Answered \\Seen \\Deleted \\Draft \\Flagged)")
        self.say(f"* OK [UIDVALIDITY {self.owner.uidvalidity}] UIDs valid")
        if not self.owner.faults.no_uidnext:
            highest = max((message.uid for message in self.messages), default=0)
            self.say(f"* OK [UIDNEXT {highest + 1}] next")
        return f"OK [{'READ-ONLY' if short == 'EXAMINE' else 'READ-WRITE'}] {short} done"

    def search(self, rest: str, by_uid: bool) -> None:
        words = rest.upper().split()
        number_set = words[words.index("UID") + 1] if "UID" in words else "1:*"
        if not {"ALL", "UID"} & set(words):
            raise ValueError("only ALL and UID can be searched for")
        found = numbered(self.messages or [], number_set, by_uid="UID" in words)
        numbers = [message.uid if by_uid else sequence for sequence, message in found]
        self.say(" ".join(["* SEARCH", *map(str, numbers)]))

    def fetch(self, rest: str, by_uid: bool) -> None:
        number_set, _, wanted = rest.partition(" ")
        asked = items(wanted, by_uid)
        for sequence, message in numbered(self.messages or [], number_set, by_uid):
            wants_body = any(item.whole for item in asked)
            if (
                not wants_body
                and message.uid in self.owner.faults.heads_left_out
                and "HEADER" in wanted.upper()
            ):
                continue
            if not (wants_body and _count_down(self.owner.faults.left_out, message.uid)):
                self.fetch_one(sequence, message, asked)

    def fetch_one(self, sequence: int, message: Stored, wanted: list[Item]) -> None:
        """Writes one FETCH response, with the lies and cuts that are due for this message."""
        faults = self.owner.faults
        size = len(message.raw) + (7 if faults.size_lies.get(message.uid, 0) > 0 else 0)
        write = self.write
        write(b"* %d FETCH (" % sequence)
        for place, item in enumerate(wanted):
            write(b" " * (place > 0) + item.label.encode("ascii") + b" ")
            if item.section is None:
                write(plain(message, item, size).encode("ascii"))
            else:
                self.write_body(message, item)
        write(b")\r\n")
        if any(item.whole for item in wanted):
            _count_down(faults.size_lies, message.uid)

    def write_body(self, message: Stored, item: Item) -> None:
        owner, faults = self.owner, self.owner.faults
        content = body(message.raw, item)
        if item.whole:
            owner.bodies_sent += 1
            if _count_down(faults.nil_bodies, message.uid):
                self.write(b"NIL")
                return
            if _count_down(faults.short_bodies, message.uid):
                content = content[: len(content) // 2]
        self.write(b"{%d}\r\n" % len(content))
        if item.whole and owner.bodies_sent in faults.cut_at_bodies:
            self.write(content[: len(content) // 2])
            raise HangUp
        self.write(content)


def _count_down(table: dict[int, float], uid: int) -> bool:
    """Whether the fault is due for this message; uses up one of its times."""
    left = table.get(uid, 0)
    if left <= 0:
        return False
    table[uid] = left - 1
    return True
