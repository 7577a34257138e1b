"""The values that pass between the stages: mail, documents, facts, inspections, nominations and their life.

Parsers fill `facts.py` (what a file says) and `inspection.py` (what its pixels show); reading makes a
`document.py` of a file; assembling makes a `nomination.py` of documents, whose states stand in
`lifecycle.py` as one table. `certainty.py` says how sure a statement is and what may be told of it.
Everything is frozen and knows no campaign. Open `nomination.py` first.
"""
