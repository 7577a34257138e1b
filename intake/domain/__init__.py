"""The field's own rules and values: pure, without I/O, clock, logging or SQL.

Twelve rooms, each knowing only those before it (`docs/architecture.md`).  Open `model/` first.
"""
