"""The two wires to the mail provider (IMAP, SMTP) and the mail we compose."""
