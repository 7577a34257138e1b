"""Rules on the papers: what must be there, can be opened, and is filled in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from intake.domain.facts import UnreadableFacts
from intake.domain.model import Finding, Role, Severity
from intake.domain.roles import may_be_form, may_be_scan
from intake.domain.rules.scene import Scene, found, name_of


@dataclass(frozen=True, slots=True)
class FormPresent:
    """A nomination needs its Word form."""

    code: ClassVar[str] = "form-missing"

    def see(self, scene: Scene) -> Iterator[Finding]:
        """Curable when no file that we could not open may be the form."""
        case = scene.case
        if not scene.campaign.needs.form or case.current(Role.FORM):
            return
        hidden = _hidden(scene, form=True)
        scan = case.current(Role.SCAN)
        sure = not hidden and case.nominee is not None
        evidence = f"收到扫描件《{name_of(scan)}》，未见对应的Word版推荐表"
        if hidden:
            evidence += f"；但有文件未能打开或未能归属：{'、'.join(hidden)}"
        yield found(
            scene,
            self.code,
            Severity.CURABLE if sure else Severity.REVIEW,
            evidence,
            name_of(scan),
            scene.campaign.needs.source,
        )


@dataclass(frozen=True, slots=True)
class ScanPresent:
    """A nomination needs its form stamped and scanned."""

    code: ClassVar[str] = "scan-missing"

    def see(self, scene: Scene) -> Iterator[Finding]:
        """Curable when no file of the unit may be the scan."""
        case = scene.case
        if not scene.campaign.needs.scan or case.current(Role.SCAN):
            return
        hidden = _hidden(scene, form=False)
        form = case.current(Role.FORM)
        sure = not hidden and not case.doubts
        evidence = f"收到《{name_of(form)}》，未见对应的盖章扫描PDF"
        if hidden:
            evidence += f"；但有文件未能打开或未能归属：{'、'.join(hidden)}"
        yield found(
            scene,
            self.code,
            Severity.CURABLE if sure else Severity.REVIEW,
            evidence,
            name_of(form),
            scene.campaign.needs.source,
        )


def _hidden(scene: Scene, *, form: bool) -> list[str]:
    """Names of files that may be what seems to be missing."""
    attached = [item.document for item in scene.case.documents if item.role not in (Role.FORM, Role.SCAN)]
    may_be = may_be_form if form else may_be_scan
    names = [document.filename for document in (*attached, *scene.loose) if may_be(document)]
    if scene.linked:
        names.append("以链接方式发送的附件")
    return list(dict.fromkeys(names))


@dataclass(frozen=True, slots=True)
class Readable:
    """Form and scan can be opened."""

    code: ClassVar[str] = "unreadable"

    def see(self, scene: Scene) -> Iterator[Finding]:
        """`unreadable` and `encrypted` are the sender's to mend; over a limit of ours is not."""
        for item in scene.case.documents:
            document = item.document
            placed = item.current and item.role in (Role.FORM, Role.SCAN)
            if placed and isinstance(document.facts, UnreadableFacts):
                code = document.facts.code
                if code == "too-large":
                    yield found(
                        scene,
                        "doubtful",
                        Severity.REVIEW,
                        "文件超出自动读取的限度，需人工打开",
                        document.filename,
                    )
                else:
                    said = "文件设有密码，无法打开" if code == "encrypted" else "文件已损坏，无法打开"
                    severity = Severity.CURABLE if item.certain else Severity.REVIEW
                    yield found(scene, code, severity, said, document.filename)


@dataclass(frozen=True, slots=True)
class FormComplete:
    """What the form has a place for and the campaign requires is filled in."""

    code: ClassVar[str] = "form-incomplete"

    def see(self, scene: Scene) -> Iterator[Finding]:
        """Curable where the label stands in the form with nothing beside it.

        A form that seems more empty than filled was perhaps laid out as we do not
        know it: that is for a person.
        """
        form = scene.case.form
        if form is None:
            return
        required = {f.name: f for f in scene.campaign.field if f.required and f.applies_to(form.category)}
        empty = [name for name in form.empty if name in required]
        filled = [name for name in form.fields if name in required]
        if empty:
            labels = "、".join(scene.campaign.field_label(name, form.category) for name in empty)
            yield found(
                scene,
                self.code,
                Severity.CURABLE if len(empty) <= len(filled) else Severity.REVIEW,
                f"以下栏目未填写：{labels}",
                name_of(scene.case.current(Role.FORM)),
            )
