"""Tables of the configuration with rules of their own; the others stand in `intake/config/settings.py`."""
