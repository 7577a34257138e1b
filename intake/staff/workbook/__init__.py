"""The ledger as an Excel workbook (台账.xlsx) that staff filter, print, fill in and hand back.

Open `ledger_book.py` for what it holds, `sheet_rows.py` and `read_back.py` for what staff wrote into it,
`carry_out.py` for doing that.
"""
