"""The rule on nominees who are put forward more than once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from intake.domain.model.certainty import Basis
from intake.domain.model.nomination import Finding, Severity
from intake.domain.rules.case_view import Scene, found
from intake.domain.rules.namesakes import entry_of, told


@dataclass(frozen=True, slots=True)
class PutForwardOnce:
    """No other live nomination puts the same nominee forward, by another unit or in another category."""

    code: ClassVar[str] = "duplicate-nominee"

    def see(self, scene: Scene) -> Iterator[Finding]:
        """For a person, on each nomination concerned: namesakes exist, and no unit hears of another's."""
        for said in told(entry_of(scene.case), scene.namesakes, scene.campaign):
            yield found(scene, self.code, Severity.REVIEW, said, basis=Basis.LEDGER)
