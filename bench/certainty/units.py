"""Samples of several nominees, or several mails: whose scan is whose, how many, and when they came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bench.certainty.samples import AT, Cast, File, Mail, Truth, content_of, fine, of_category, scan, word
from bench.scans.variants import one_other
from intake.demo import units
from intake.demo.papers.scans import ScanLook, bound_scans

Made = tuple[Sequence[Mail], Sequence[Truth]]
COARSE = ScanLook(dpi=50, noise=12, jpeg_quality=30)
"""Too coarse for any reader, though a seal is seen."""
_LATE = timedelta(days=4)
_QQ = "http://mail.qq.com/cgi-bin/ftnExs_download?t=exs_ftn_download&k=6539643862343131&code=7684decd"


def useless_names(cast: Cast) -> Made:
    """Two nominees in one mail, their files named by a scanner, the scans in another order."""
    first, second = of_category(cast, "volunteer", 2)
    files = (
        word(first, "1.docx"),
        word(second, "2.docx"),
        scan(second, name="扫描0001.pdf"),
        scan(first, name="扫描0002.pdf"),
    )
    return [Mail(files)], [fine(first), fine(second)]


def near_names(cast: Cast) -> Made:
    """Two nominees whose names differ in a character, in one mail: their scans must not be changed over."""
    first, *_ = of_category(cast, "volunteer", 1)
    second = replace(first, nominee=one_other(first.nominee))
    files = (word(first), word(second), scan(second, name="a.pdf"), scan(first, "no seal", "b.pdf"))
    return [Mail(files)], [fine(first, "scan-not-sealed", person="may"), fine(second, person="may")]


def unreadable_pair(cast: Cast) -> Made:
    """Scans too coarse to be read, under names that say nothing, in another order than the forms."""
    first, second = of_category(cast, "volunteer", 2)
    unsealed = replace(COARSE, seal=None)
    files = (
        word(first, "1.docx"),
        word(second, "2.docx"),
        scan(second, COARSE, "扫描0001.pdf"),
        scan(first, unsealed, "扫描0002.pdf"),
    )
    return [Mail(files)], [fine(first, "scan-not-sealed", person="may"), fine(second, person="may")]


def half_read(cast: Cast) -> Made:
    """Names a character apart in scans so poor that the character may be read as the other."""
    first, *_ = of_category(cast, "volunteer", 1)
    second = replace(first, nominee=one_other(first.nominee))
    poor = ScanLook(dpi=85, noise=12, jpeg_quality=30)
    files = (
        word(first, "1.docx"),
        word(second, "2.docx"),
        scan(second, poor, "a.pdf"),
        scan(first, replace(poor, seal=None), "b.pdf"),
    )
    return [Mail(files)], [fine(first, "scan-not-sealed", person="may"), fine(second, person="may")]


def untold_names(cast: Cast) -> Made:
    """Two names of which the reader of print gives one for both: one scan shows the other, one its own."""
    volunteer, *_ = of_category(cast, "volunteer", 1)
    changed, faithful = (replace(volunteer, nominee=name) for name in ("陈祎晨", "马祎"))
    files = (
        word(changed),
        scan(changed, ScanLook(dpi=200), shows=lambda content: replace(content, nominee="陈袆晨")),
        word(faithful),
        scan(faithful, ScanLook(dpi=200)),
    )
    return [Mail(files)], [fine(changed, person="must"), fine(faithful, person="may")]


def half_paired(cast: Cast) -> Made:
    """Two forms, and one scan that cannot be read: whose it is nobody knows."""
    first, second = of_category(cast, "volunteer", 2)
    files = (word(first, "1.docx"), word(second, "2.docx"), scan(second, COARSE, "扫描.pdf"))
    return [Mail(files)], [fine(first, "scan-missing", person="may"), fine(second, person="may")]


def misnamed(cast: Cast) -> Made:
    """Each scan under the other's name."""
    first, second = of_category(cast, "volunteer", 2)
    names = f"{second.nominee}推荐表.pdf", f"{first.nominee}推荐表.pdf"
    files = (word(first), word(second), scan(first, name=names[0]), scan(second, name=names[1]))
    return [Mail(files)], [fine(first, person="may"), fine(second, person="may")]


def bound(cast: Cast) -> Made:
    """The scans of two nominees in one file."""
    first, second = of_category(cast, "volunteer", 1)[0], of_category(cast, "project", 1)[0]
    forms = [(content_of(entry), entry.layout) for entry in (first, second)]
    whole = File("盖章扫描件.pdf", bound_scans(forms, None, first.nominee))
    return [Mail((word(first), word(second), whole))], [fine(first), fine(second)]


def over_quota(cast: Cast) -> Made:
    """One more than a society may put forward, all in order."""
    chosen = [replace(entry, unit=units.NUTRITION) for entry in of_category(cast, "volunteer", 3)]
    files = [file for entry in chosen for file in (word(entry), scan(entry, ScanLook(dpi=130)))]
    return [Mail(tuple(files))], [fine(entry, "over-quota") for entry in chosen]


def late(cast: Cast) -> Made:
    """Everything in order, days after the deadline."""
    entry = cast.entries[0]
    return [Mail((word(entry), scan(entry)), at=AT + _LATE)], [fine(entry, person="must")]


def supplement(cast: Cast) -> Made:
    """The scan two days after its form, under a name that says nothing."""
    entry = cast.entries[0]
    mails = [Mail((word(entry),)), Mail((scan(entry, name="扫描件.pdf"),), at=AT + timedelta(days=2))]
    return mails, [fine(entry)]


def twin_unit(cast: Cast) -> Made:
    """The form names a unit one character off the registry's."""
    entry = cast.entries[0]
    unit = replace(entry.unit, written=one_other(entry.unit.name))
    entry = replace(entry, unit=unit)
    return [Mail((word(entry), scan(entry)))], [fine(entry, person="must")]


def linked(cast: Cast) -> Made:
    """The scan as a link whose filename names the nominee."""
    entry = cast.entries[0]
    body = f"从QQ邮箱发来的超大附件\n\n{entry.nominee}推荐表（盖章）.pdf (128.03M, 2025年3月22日 21:59 到期)"
    return [Mail((word(entry),), f"{body}进入下载页面：{_QQ}")], [fine(entry, "cloud-link")]


def linked_perhaps(cast: Cast) -> Made:
    """One link without a name, while two forms lack their scans: it is anybody's."""
    first, second = of_category(cast, "volunteer", 2)
    body = f"从QQ邮箱发来的超大附件\n\n材料.zip (128.03M, 2025年3月22日 21:59 到期)进入下载页面：{_QQ}"
    truths = [fine(entry, "cloud-link", person="must") for entry in (first, second)]
    return [Mail((word(first), word(second)), body)], truths
