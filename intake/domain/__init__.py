"""The field's own rules and values: pure, without I/O, clock, logging or SQL."""
