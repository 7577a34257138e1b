"""What settled each scan, and what looking cost: the account of the cascade, cheapest step first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from intake.domain.model.inspection import Cost


class CascadeStep(StrEnum):
    """The step of the cascade after which nothing more was asked of a scan, or a person must look."""

    LAYER = "layer"
    PIXELS = "pixels"
    READ_1 = "read-1"
    READ_2 = "read-2"
    READ_3 = "read-3"
    HEADS = "heads"
    PERSON = "person"
    NO_SCAN = "no-scan"


STEP_NAMES: dict[CascadeStep, str] = {
    CascadeStep.LAYER: "凭文字层",
    CascadeStep.PIXELS: "仅看图像",
    CascadeStep.READ_1: "识读一遍",
    CascadeStep.READ_2: "放大识读两遍",
    CascadeStep.READ_3: "放大识读三遍",
    CascadeStep.HEADS: "识读各页页首",
    CascadeStep.PERSON: "转人工核对",
    CascadeStep.NO_SCAN: "不是扫描件或未采用",
}
"""How staff are told of each."""

COST_NAMES: dict[str, str] = {
    "seal": "查找印章",
    "ring": "识读印文",
    "page": "读入页面",
    "direction": "判断方向",
    "search": "定位文字",
    "read": "识读文字",
    "picture": "留存附图",
}
"""How staff are told of what processor time was spent on; a step without one is shown as it is."""

_READING = {"search", "read"}


@dataclass(frozen=True, slots=True)
class InspectedFile:
    """One file that was looked at, as far as its account needs it.

    `used` tells that it is a nomination's current scan, `doubted` that such a nomination has a finding
    on its scan which a person must settle; `copies` counts the documents that are this very file.
    """

    content_hash: str
    effort: int
    satisfied: bool
    heads: bool
    refused: bool
    costs: tuple[Cost, ...]
    used: bool
    doubted: bool
    copies: int = 1

    @property
    def milliseconds(self) -> float:
        """Processor time spent on it so far."""
        return sum(cost.milliseconds for cost in self.costs)

    @property
    def step(self) -> CascadeStep:
        """What settled it."""
        if not self.used:
            return CascadeStep.NO_SCAN
        if self.doubted or self.refused:
            return CascadeStep.PERSON
        if self.effort == 0:
            return CascadeStep.PIXELS
        if not _READING & {cost.step for cost in self.costs}:
            return CascadeStep.LAYER
        if self.heads and not self.satisfied:
            return CascadeStep.HEADS
        return (CascadeStep.READ_1, CascadeStep.READ_2, CascadeStep.READ_3)[min(self.effort, 3) - 1]


@dataclass(frozen=True, slots=True)
class Tally:
    """What each step decided and cost: files, and processor time in seconds, in the order of the steps.

    `known` counts the files that were settled by what was seen of them before.
    """

    files: int = 0
    known: int = 0
    settled: Mapping[CascadeStep, int] = field(default_factory=dict)
    seconds: Mapping[CascadeStep, float] = field(default_factory=dict)
    spent: Mapping[str, float] = field(default_factory=dict)

    @property
    def total(self) -> float:
        """All processor time, in seconds."""
        return sum(self.spent.values())


def tally(looked: Sequence[InspectedFile]) -> Tally:
    """The account of everything in the ledger; further copies of a file cost nothing."""
    return _tally(looked, sum(max(item.copies - 1, 0) for item in looked))


def tally_since(before: Iterable[InspectedFile], after: Sequence[InspectedFile]) -> Tally:
    """The account of one pass: the files that it looked at, or looked at more closely.

    Their costs are those of this pass alone; scans that it took as they were seen before are `known`.
    """
    old = {item.content_hash: {cost.step: cost.milliseconds for cost in item.costs} for item in before}
    fresh = []
    for item in after:
        spent = old.get(item.content_hash)
        costs = tuple(
            replace(cost, milliseconds=more)
            for cost in item.costs
            if (more := cost.milliseconds - (spent or {}).get(cost.step, 0.0)) > 0
        )
        if spent is None or costs:
            fresh.append((item, costs))
    hashes = {item.content_hash for item, _ in fresh}
    known = sum(item.used and item.content_hash not in hashes for item in after)
    return _tally([item for item, _ in fresh], known, [costs for _, costs in fresh])


def _tally(
    looked: Sequence[InspectedFile], known: int, costs: Sequence[tuple[Cost, ...]] | None = None
) -> Tally:
    settled: Counter[CascadeStep] = Counter()
    seconds: Counter[CascadeStep] = Counter()
    spent: Counter[str] = Counter()
    for item, paid in zip(looked, costs or [item.costs for item in looked], strict=True):
        settled[item.step] += 1
        for cost in paid:
            seconds[item.step] += cost.milliseconds / 1000  # type: ignore[assignment]
            spent[cost.step] += cost.milliseconds / 1000  # type: ignore[assignment]
    order = [step for step in CascadeStep if settled[step]]
    return Tally(
        files=len(looked),
        known=known,
        settled={step: settled[step] for step in order},
        seconds={step: seconds[step] for step in order},
        spent=dict(spent.most_common()),
    )
