"""What staff order by mail: a reply to the digest ("KX2024-0007 退回 缺单位意见"), or the 台账 sent back.

A mail's words and files come in; decisions, carried out as those of a workbook are, and a report to whoever
wrote go out.  Open `phrases.py` for what is understood, `mandate.py` for whose word counts, `taker.py` for
the way of such a mail.
"""
