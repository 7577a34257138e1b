import pytest

from intake.domain.model.inspection import Cost
from intake.domain.scans.inspection_cost import CascadeStep, InspectedFile, tally, tally_since

SEAL, READ = Cost("seal", 2, 500.0), Cost("read", 10, 1500.0)


def looked(
    content_hash: str = "a",
    effort: int = 1,
    costs: tuple[Cost, ...] = (SEAL, READ),
    *,
    satisfied: bool = True,
    heads: bool = False,
    refused: bool = False,
    used: bool = True,
    doubted: bool = False,
    copies: int = 1,
) -> InspectedFile:
    return InspectedFile(content_hash, effort, satisfied, heads, refused, costs, used, doubted, copies)


@pytest.mark.parametrize(
    ("item", "step"),
    [
        (looked(effort=0, costs=(SEAL,)), CascadeStep.PIXELS),
        (looked(effort=3, costs=(SEAL,), satisfied=False), CascadeStep.LAYER),
        (looked(effort=1), CascadeStep.READ_1),
        (looked(effort=2), CascadeStep.READ_2),
        (looked(effort=3, satisfied=False), CascadeStep.READ_3),
        (looked(effort=3, satisfied=False, heads=True), CascadeStep.HEADS),
        (looked(effort=1, heads=True), CascadeStep.READ_1),
        (looked(doubted=True), CascadeStep.PERSON),
        (looked(effort=0, costs=(), refused=True), CascadeStep.PERSON),
        (looked(used=False, refused=True), CascadeStep.NO_SCAN),
    ],
)
def test_what_settled_a_scan(item: InspectedFile, step: CascadeStep) -> None:
    assert item.step is step


def test_copies_of_a_file_cost_nothing() -> None:
    account = tally([looked("a", copies=3), looked("b", effort=0, costs=(SEAL,))])
    assert (account.files, account.known) == (2, 2)
    assert account.settled == {CascadeStep.PIXELS: 1, CascadeStep.READ_1: 1}
    assert account.seconds == {CascadeStep.PIXELS: 0.5, CascadeStep.READ_1: 2.0}
    assert account.spent == {"read": 1.5, "seal": 1.0} and account.total == 2.5


def test_a_pass_pays_for_what_it_looked_at_itself() -> None:
    before = [looked("old"), looked("deepened", effort=1)]
    closer = looked("deepened", effort=2, costs=(SEAL, Cost("read", 20, 2500.0)))
    account = tally_since(before, [looked("old"), closer, looked("new", effort=0, costs=(SEAL,))])
    assert (account.files, account.known) == (2, 1)
    assert account.settled == {CascadeStep.PIXELS: 1, CascadeStep.READ_2: 1}
    assert account.spent == {"read": 1.0, "seal": 0.5}


def test_a_pass_that_looks_at_nothing_says_so() -> None:
    seen = [looked("a"), looked("b", used=False)]
    account = tally_since(seen, seen)
    assert (account.files, account.known, account.total) == (0, 1, 0.0)
    assert not account.settled
