"""Configuration and campaign files: from TOML and CSV to frozen settings, all faults at once.

In go paths, out come `Settings` and `Campaign`, or a list of faults that each name the key, what is wrong and
the mend. Open `settings.py` for the configuration, `campaign_file.py` for a campaign.
"""
