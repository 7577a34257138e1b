"""What staff and operators ask for: digest, exports, ledger workbook, decisions, doctor.

In go the ledger and a person's request, out come pages, files and recorded decisions. Open the file that is
named like the command.
"""
