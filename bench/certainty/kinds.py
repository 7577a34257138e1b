"""The kinds of samples: everything that units were seen to send, and what is true of it."""

from __future__ import annotations

import io
from dataclasses import replace

import py7zr
import pypdf

from bench.certainty.samples import File, Kind, content_of, filled, one, pictures, scan, typed, word
from bench.certainty.units import (
    COARSE,
    bound,
    half_paired,
    half_read,
    late,
    linked,
    linked_perhaps,
    misnamed,
    near_names,
    over_quota,
    supplement,
    twin_unit,
    unreadable_pair,
    untold_names,
    useless_names,
)
from intake.demo.filling import SampleEntry
from intake.demo.papers.content import FormContent
from intake.demo.papers.portrait import work_photo
from intake.demo.papers.scans import ScanLook, scan_pages
from intake.demo.papers.seals import SealLook

_PASSWORD = "2025"


def _other_name(content: FormContent) -> FormContent:
    """A name with another last character, which print does not confuse with the right one."""
    name = content.nominee
    return replace(content, nominee=name[:-1] + ("华" if name[-1] != "华" else "东"))


def _stranger(content: FormContent) -> FormContent:
    """Another person's form altogether: nothing in it speaks of the nominee."""
    name = "钟离秋白" if content.category == "volunteer" else "“向阳花”助农服务队"
    return replace(content, nominee=name, deeds=content.deeds.replace(content.nominee, name))


def _other_years(content: FormContent) -> FormContent:
    return replace(content, values={**content.values, "service_years": "2年"})


def _other_seal(content: FormContent) -> FormContent:
    return replace(content, unit_seal="北海市水产技术推广中心", body="北海市水产技术推广中心")


def _twin_seal(content: FormContent) -> FormContent:
    """The seal of a body whose name differs in a character from the unit's."""
    twin = ("海" if content.unit_seal[0] != "海" else "江") + content.unit_seal[1:]
    return replace(content, unit_seal=twin, body=twin)


def _with_remark(content: FormContent) -> FormContent:
    """The same nominee and unit, written otherwise than in the Word form."""
    nominee = f"{content.nominee}（候选）" if content.category != "volunteer" else f"{content.nominee}同志"
    return replace(content, nominee=nominee, unit=f"{content.unit}（盖章）")


def _below(content: FormContent) -> FormContent:
    """The unit's own department in its place, as those write who fill in the form for it."""
    return replace(content, unit="科学普及部")


def _empty(entry: SampleEntry) -> SampleEntry:
    """One required figure left out."""
    name = {"organisation": "members", "project": "team", "site": "teams"}.get(entry.category)
    return filled(entry, {name or "service_years": ("", None)})


def _mostly_empty(entry: SampleEntry) -> list[File]:
    """A form whose figures stand on a sheet of their own, for want of room."""
    names = ("founded_years", "members", "active_share", "brands", "activities")
    form = word(filled(entry, dict.fromkeys(names, ("", None))))
    return [form, File("附页：各项数据.docx", word(entry).data), scan(entry)]


def _two_empty(entry: SampleEntry) -> SampleEntry:
    return filled(entry, {"members": ("", None), "brands": ("", None)})


def _too_few(entry: SampleEntry) -> SampleEntry:
    name = {"organisation": "brands", "project": "team", "site": "teams"}.get(entry.category)
    return filled(entry, {name or "service_years": ("1", 1.0)})


def _years(entry: SampleEntry, text: str) -> list[File]:
    """Form and scan with these years of service."""
    changed = filled(entry, {"service_years": (text, None)})
    return [word(changed), scan(changed)]


def _locked(file: File) -> File:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(file.data))
    writer.encrypt(_PASSWORD, algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return File(file.name, buffer.getvalue())


def _locked_archive(file: File) -> File:
    buffer = io.BytesIO()
    with py7zr.SevenZipFile(buffer, "w", password=_PASSWORD, header_encryption=True) as archive:
        archive.writestr(file.data, file.name)
    return File("盖章件.7z", buffer.getvalue())


def _broken(file: File) -> File:
    return File(file.name, file.data[:1500])


def _red_photo(entry: SampleEntry) -> File:
    return File(f"{entry.nominee}1.jpg", work_photo(entry.nominee))


def _grey_page(entry: SampleEntry) -> File:
    """The sealed last page by itself, copied without colour: it may be what the scan lacks."""
    look = ScanLook(dpi=120, mode="grey")
    return File("补充页.jpg", scan_pages(content_of(entry), entry.layout, look, entry.nominee)[-1])


_IN_ORDER = (
    "colour, 200 dpi",
    "colour, 300 dpi",
    "colour, 150 dpi, grainy",
    "skewed by 3°",
    "on its side",
    "upside down",
    "photographed, shadow",
    "faint seal",
    "magenta seal",
    "dark red seal",
    "one seal, that of the unit",
)
_UNSEALED = ("no seal", "no seal, red letterhead", "no seal, square name seal")
_COLOURLESS = ("grey, 200 dpi", "black and white, 200 dpi")
_BARE_GREY = ScanLook(dpi=200, mode="grey", seal=None)
_OTHER = ("another nominee by a character", "another unit by a character", "another category")
_FIGURES = {"约3年": "must", "近3年": "must", "3年多": "no", "约4年": "no", "20余年": "no"}
_POOR: dict[str, ScanLook] = {
    "grainy, 100 dpi": ScanLook(dpi=100, noise=14, jpeg_quality=25),
    "blurred to 60 dpi": ScanLook(dpi=60, noise=12, jpeg_quality=30),
    "black and white, 100 dpi": ScanLook(dpi=100, mode="bw"),
    "grey, 110 dpi, grainy": ScanLook(dpi=110, mode="grey", noise=16, jpeg_quality=20),
    "askew by up to 5°": ScanLook(dpi=130, skew_degrees=5, noise=9),
}
_GREY = ScanLook(dpi=150, mode="grey")
_POOR_BARE = ScanLook(dpi=100, noise=14, jpeg_quality=25, seal=None)

KINDS: tuple[Kind, ...] = (
    *(Kind(look, one(lambda e, k=look: [word(e), scan(e, k)])) for look in _IN_ORDER),
    *(
        Kind(f"{look}, sealed", one(lambda e, k=look: [word(e), scan(e, k)], person="may"))
        for look in _COLOURLESS
    ),
    *(Kind(look, one(lambda e, k=look: [word(e), scan(e, k)], "scan-not-sealed")) for look in _UNSEALED),
    Kind(
        "no seal, red pen",
        one(lambda e: [word(e), scan(e, "no seal, red pen")], "scan-not-sealed", person="may"),
    ),
    Kind("no seal, grey", one(lambda e: [word(e), scan(e, _BARE_GREY)], "scan-not-sealed", person="may")),
    Kind(
        "another body's seal, grey",
        one(
            lambda e: [word(e), scan(e, replace(_BARE_GREY, seal=SealLook()), shows=_other_seal)],
            "scan-not-sealed",
            person="must",
        ),
    ),
    Kind(
        "another body's seal",
        one(lambda e: [word(e), scan(e, ScanLook(dpi=200), shows=_other_seal)], person="must"),
    ),
    *(
        Kind(look, one(lambda e, k=look: [word(e), scan(e, k)], "scan-other-form", person="may"))
        for look in _OTHER
    ),
    Kind(
        "a stranger's scan",
        one(
            lambda e: [word(e), scan(e, ScanLook(dpi=200), shows=_stranger)], "scan-other-form", person="may"
        ),
    ),
    Kind(
        "other figures in the scan",
        one(
            lambda e: [word(e), scan(e, ScanLook(dpi=200), shows=_other_years)],
            "forms-differ",
            person="must",
            only="volunteer",
        ),
    ),
    Kind("poor, no seal", one(lambda e: [word(e), scan(e, _POOR_BARE)], "scan-not-sealed", person="may")),
    Kind("too coarse to read", one(lambda e: [word(e), scan(e, COARSE)], person="may")),
    Kind("exported, no seal", one(lambda e: [word(e), typed(e)], "scan-not-sealed")),
    Kind(
        "exported, another's",
        one(lambda e: [word(e), typed(e, _stranger)], "scan-not-sealed", "scan-other-form", person="may"),
    ),
    Kind(
        "exported, another by a character",
        one(lambda e: [word(e), typed(e, _other_name)], "scan-not-sealed", "scan-other-form", person="may"),
    ),
    Kind("pictures for the scan", one(lambda e: [word(e), *pictures(e, ScanLook(dpi=150))], "wrong-format")),
    Kind("no scan", one(lambda e: [word(e)], "scan-missing")),
    Kind("no scan, but a photograph", one(lambda e: [word(e), _red_photo(e)], "scan-missing", person="may")),
    Kind("no form", one(lambda e: [scan(e)], "form-missing")),
    Kind("damaged scan", one(lambda e: [word(e), _broken(scan(e))], "unreadable")),
    Kind("locked scan", one(lambda e: [word(e), _locked(scan(e))], "encrypted")),
    Kind("damaged form", one(lambda e: [_broken(word(e)), scan(e)], "unreadable", person="may")),
    Kind(
        "scan in a locked archive",
        one(lambda e: [word(e), _locked_archive(scan(e))], "encrypted"),
    ),
    Kind(
        "no seal, and a photograph",
        one(lambda e: [word(e), scan(e, "no seal"), _red_photo(e)], "scan-not-sealed", person="may"),
    ),
    Kind(
        "no seal, and a sealed page in grey",
        one(lambda e: [word(e), scan(e, "no seal"), _grey_page(e)], person="must"),
    ),
    Kind("a figure left out", one(lambda e: [word(_empty(e)), scan(_empty(e))], "form-incomplete")),
    Kind("below a bound", one(lambda e: [word(_too_few(e)), scan(_too_few(e))], person="must")),
    *(
        Kind(f"a figure written {text}", one(lambda e, t=text: _years(e, t), person=person, only="volunteer"))
        for text, person in _FIGURES.items()
    ),
    Kind(
        "two figures left out",
        one(lambda e: [word(_two_empty(e)), scan(_two_empty(e))], "form-incomplete", only="organisation"),
    ),
    Kind("figures on another sheet", one(_mostly_empty, person="must", only="organisation")),
    *(Kind(name, one(lambda e, k=look: [word(e), scan(e, k)], person="may")) for name, look in _POOR.items()),
    Kind(
        "a twin body's seal",
        one(lambda e: [word(e), scan(e, ScanLook(dpi=200), shows=_twin_seal)], person="must"),
    ),
    Kind(
        "a twin body's seal, grey", one(lambda e: [word(e), scan(e, _GREY, shows=_twin_seal)], person="must")
    ),
    Kind(
        "written with a remark",
        one(lambda e: [word(e), scan(e, ScanLook(dpi=200), shows=_with_remark)], person="may"),
    ),
    Kind(
        "a department for the unit",
        one(lambda e: [word(e), scan(e, ScanLook(dpi=200), shows=_below)], person="may"),
    ),
    Kind(
        "exported, with a remark",
        one(lambda e: [word(e), typed(e, _with_remark)], "scan-not-sealed", person="may"),
    ),
    Kind(
        "exported, a department for the unit",
        one(lambda e: [word(e), typed(e, _below)], "scan-not-sealed", person="may"),
    ),
    Kind(
        "not registered",
        one(
            lambda e: [
                word(filled(e, {"registered": ("否", False)})),
                scan(filled(e, {"registered": ("否", False)})),
            ],
            person="must",
        ),
    ),
    Kind("useless filenames", useless_names),
    Kind("names a character apart", near_names),
    Kind("names a character apart, poor scans", half_read),
    Kind("pair that cannot be read", unreadable_pair),
    Kind("one unread scan for two forms", half_paired),
    Kind("each under the other's name", misnamed),
    Kind("two forms in one scan", bound),
    Kind("over quota", over_quota),
    Kind("late", late),
    Kind("scan two days later", supplement),
    Kind("a unit's near twin", twin_unit),
    Kind("scan by a link", linked),
    Kind("a link that may be either's", linked_perhaps),
    Kind("names that no reading tells", untold_names),
)
"""In the order in which the table lists them; what a notice may name stands with each."""
