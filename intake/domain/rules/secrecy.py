"""The rule on what may be marked as a state secret; what surely is never comes as far as a rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from intake.domain.model.nomination import Finding, Severity
from intake.domain.rules.case_view import Scene, found


@dataclass(frozen=True, slots=True)
class NotMarked:
    """No mail that brought papers may bear a mark of a state secret."""

    code: ClassVar[str] = "doubtful"

    def see(self, scene: Scene) -> Iterator[Finding]:
        """For a person, who looks into the mail itself, or at the page of the scan."""
        for mark in scene.doubtful_marks:
            yield found(
                scene,
                self.code,
                Severity.REVIEW,
                f"{mark.said}，请核对是否涉密",
                document=mark.document,
                basis=mark.basis,
                confidence=mark.confidence,
            )
