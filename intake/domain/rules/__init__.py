"""The rules: each one a dataclass that looks at a case and says what it saw.

Every rule runs, so that one letter lists everything.  A finding is `curable` only
where nothing that we hold could prove it wrong; otherwise it is for a person.
A `Case` and the `Circumstances` go in, a `Judgement` comes out.  Open `judge.py` first.
"""
