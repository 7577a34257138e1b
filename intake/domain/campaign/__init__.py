"""What a campaign says: categories, labels, limits, words, units, findings and their sentences.

`campaign.py` is the campaign file as a value; `registry.py` finds a unit by its name; `findings.py` is the
catalogue of finding codes with what a unit and what staff read about each; `terms.py` and `wording.py` hold
the words of letters. In goes a checked table, out come frozen values. Open `campaign.py` first.
"""
