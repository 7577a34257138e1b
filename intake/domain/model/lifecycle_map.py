"""The table of a nomination's life as people read it: a Mermaid diagram and a Markdown table."""

from __future__ import annotations

from intake.domain.model.lifecycle import JUDGED, OPEN, STEPS, TABLE, Event, Step
from intake.domain.model.nomination import Action, State

CONDITIONS = {
    State.COMPLETE: "in order as to form",
    State.DEFICIENT: "a notice asks for something",
    State.REVIEW: "a person must look",
    State.HELD: "over quota, the unit ranks",
}
"""On which judgement an open nomination comes into each state."""

_OPEN = "open"
_ORDER = list(State)


def diagram() -> str:
    """The life as a Mermaid state diagram; steps that all open states share leave from one diamond."""
    edges: dict[tuple[str, str], list[str]] = {("[*]", State.RECEIVED): []}
    for state in _sorted(OPEN):
        edges[state, _OPEN] = []
    for state in _sorted(JUDGED):
        edges[_OPEN, state] = [CONDITIONS[state]]
    for step in STEPS:
        for source, target in _edges(step):
            edges.setdefault((source, target), []).append(_label(step.event))
    lines = [f"    {source} --> {target}{_told(labels)}" for (source, target), labels in edges.items()]
    return "\n".join(["stateDiagram-v2", f"    state {_OPEN} <<choice>>", *lines])


def table() -> str:
    """The whole table in Markdown: a row a state, a column an event; a dash is refused."""
    head = ["state", *Event]
    rows = [
        [f"`{state}`", *(_cell(TABLE.get((state, event), frozenset())) for event in Event)] for state in State
    ]
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def chapter() -> str:
    """Diagram and table, as they stand in the README."""
    events = "\n".join(f"- **{step.event}**: {step.why}" for step in STEPS)
    return f"```mermaid\n{diagram()}\n```\n\n{events}\n\n{table()}\n"


def _edges(step: Step) -> list[tuple[str, str]]:
    """The arrows of a step that the diamond does not show by itself."""
    whole = step.before >= JUDGED
    # A judgement of what is closed, or its reopening, leads through the diamond like any other.
    targets = [_OPEN] if step.after == JUDGED else [str(state) for state in _sorted(step.after)]
    sources = [str(state) for state in _sorted(step.before - OPEN if whole else step.before)]
    if whole and targets != [_OPEN]:
        sources.insert(0, _OPEN)
    return [(source, target) for source in sources for target in targets if source != target]


def _label(event: Event) -> str:
    return f"{event} (a person)" if event.value in {action.value for action in Action} else str(event)


def _told(labels: list[str]) -> str:
    return f": {' / '.join(labels)}" if labels else ""


def _cell(after: frozenset[State]) -> str:
    if after == JUDGED:
        return "as judged"
    return ", ".join(f"`{state}`" for state in _sorted(after)) or "-"


def _sorted(states: frozenset[State]) -> list[State]:
    return sorted(states, key=_ORDER.index)
