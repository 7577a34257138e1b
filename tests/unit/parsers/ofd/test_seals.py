"""Who sealed an OFD: the seal's name, maker and validity, and whether the pages are as they were sealed."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from intake.domain.model.facts import PdfSignature
from parsers.common.signers import signers
from parsers.ofd.parts import OfdPackage
from tests.unit.parsers.ofd import ofds
from tests.unit.parsers.ofd.test_ofd import LINES, read

UNIT = "浙江省科学技术协会"
VALUE = "Doc_0/Signs/Sign_0/SignedValue.dat"


def parts(*, newer: bool = True, method: str = "sm3") -> dict[str, bytes]:
    plain = ofds.parts_of(ofds.of_lines(LINES), sealed=True)
    return ofds.sealed(plain, UNIT, newer=newer, method=method)


def seals(tmp_path: Path, made: dict[str, bytes]) -> tuple[PdfSignature, ...]:
    return read(tmp_path, ofds.zipped(made)).signatures


@pytest.mark.parametrize("newer", [True, False])
@pytest.mark.parametrize("method", ["sm3", "sha256"])
def test_a_seal_of_either_standard(tmp_path: Path, newer: bool, method: str) -> None:
    (found,) = seals(tmp_path, parts(newer=newer, method=method))
    assert found.names == (UNIT, UNIT + "公章")
    assert found.maker == ofds.MAKER
    assert (found.valid_from, found.valid_to) == (date(2024, 1, 1), date(2029, 12, 31))
    assert found.whole is True


def test_the_maker_of_a_seal_is_none_of_its_signers(tmp_path: Path) -> None:
    (found,) = seals(tmp_path, parts())
    assert ofds.MAKER not in found.names


def test_a_page_that_was_changed_lost_or_added_after_it_was_sealed(tmp_path: Path) -> None:
    content = "Doc_0/Pages/Page_0/Content.xml"
    changed = parts() | {content: ofds.of_lines(["姓名 王五"]).encode()}
    assert seals(tmp_path, changed)[0].whole is False
    lost = {name: body for name, body in parts().items() if name != content}
    assert seals(tmp_path, lost)[0].whole is False
    added = ofds.parts_of(ofds.of_lines(LINES), ofds.of_lines(LINES), sealed=True)
    unlisted = {name: body for name, body in added.items() if "Page_1" not in name}
    assert seals(tmp_path, {**ofds.sealed(unlisted, UNIT), **added})[0].whole is None


def test_a_description_that_was_not_signed_proves_nothing(tmp_path: Path) -> None:
    name = "Doc_0/Signs/Sign_0/Signature.xml"
    made = parts()
    assert seals(tmp_path, made | {name: made[name].replace(b"120 200", b"120 100")})[0].whole is None
    unknown = made[name].replace(b"1.2.156.10197.1.401", b"1.2.3")
    assert seals(tmp_path, made | {name: unknown})[0].whole is None


def test_a_later_seal_leaves_the_first_whole(tmp_path: Path) -> None:
    made = parts()
    name = "Doc_0/Signs/Signatures.xml"
    listed = made[name].replace(
        b"</ofd:Signatures>", b'<ofd:Signature BaseLoc="Sign_1/S.xml"/></ofd:Signatures>'
    )
    assert seals(tmp_path, made | {name: listed})[0].whole is True


@pytest.mark.parametrize("value", [b"", b"\x30\x82\x01\xf4" + bytes(500), b"\x30\x80" * 200, bytes(2 << 20)])
def test_a_damaged_value_names_nobody_and_is_a_signature(tmp_path: Path, value: bytes) -> None:
    (found,) = seals(tmp_path, parts() | {VALUE: value})
    assert (found.names, found.maker) == ((), "")


def test_every_cut_of_a_seal_costs_nothing_but_itself(tmp_path: Path) -> None:
    made = parts()
    for end in range(0, len(made[VALUE]), 61):
        (found,) = seals(tmp_path, made | {VALUE: made[VALUE][:end]})
        assert found.maker in ("", ofds.MAKER)


def test_a_seal_that_no_list_names_is_found_by_its_value(tmp_path: Path) -> None:
    left = {
        name: body for name, body in parts().items() if not name.endswith(("Signatures.xml", "Signature.xml"))
    }
    (found,) = seals(tmp_path, left)
    assert (found.names, found.whole) == ((UNIT, UNIT + "公章"), None)
    assert seals(tmp_path, ofds.parts_of(ofds.of_lines(LINES))) == ()


LIST, DESCRIPTION = "Doc_0/Signs/Signatures.xml", "Doc_0/Signs/Sign_0/Signature.xml"


@pytest.mark.parametrize("broken", [b"", b"<ofd:Signat", b"\xff" * 50])
@pytest.mark.parametrize("part", [LIST, DESCRIPTION])
def test_a_damaged_part_of_a_seal_costs_nothing_but_what_it_said(
    tmp_path: Path, part: str, broken: bytes
) -> None:
    facts = read(tmp_path, ofds.zipped(parts() | {part: broken}))
    assert all(line in facts.text for line in LINES)
    (found,) = facts.signatures
    assert (found.names, found.whole) == ((UNIT, UNIT + "公章"), None)


@pytest.mark.parametrize("part", [LIST, DESCRIPTION, VALUE])
def test_a_part_whose_packed_bytes_are_damaged(tmp_path: Path, part: str) -> None:
    data = bytearray(ofds.zipped(parts()))
    at = data.index(part.encode()) + len(part) + 12
    data[at : at + 8] = b"\xff" * 8
    facts = read(tmp_path, bytes(data))
    assert facts.page_count == 1
    assert len(facts.signatures) == 1


def test_a_list_of_seals_that_names_nothing_stands_for_one(tmp_path: Path) -> None:
    """Nobody may take the document for one that bears none."""
    made = {name: body for name, body in parts().items() if "/Sign_0/" not in name}
    assert seals(tmp_path, made) == seals(tmp_path, made | {LIST: b"<broken"}) == (PdfSignature((), None),)
    assert seals(tmp_path, made | {LIST: f"<ofd:Signatures {ofds.SPACE}/>".encode()}) == ()


def test_each_part_of_a_seal_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[str] = []
    whole = OfdPackage.body

    def counted(self: OfdPackage, path: str) -> bytes | None:
        taken.append(path)
        return whole(self, path)

    monkeypatch.setattr(OfdPackage, "body", counted)
    seals(tmp_path, parts())
    assert len(taken) == len(set(taken))


def test_a_value_nested_without_end_is_read_in_time() -> None:
    value = b"\4\x83\x0f\x42\x40" + bytes(1_000_000)
    for _ in range(1990):
        value = b"\x30\x83" + len(value).to_bytes(3, "big") + value
    began = time.process_time()
    assert list(signers(value)) == []
    assert time.process_time() - began < 1
