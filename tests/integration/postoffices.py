"""What the tests of the mail server share: a letter, and settings that lead to a server."""

from __future__ import annotations

from intake.config.settings import SmtpSettings

USER, UNIT = "intake@example.org", "unit@example.org"
LETTER = b"Subject: x\r\n\r\nfirst\r\n.second\r\n..third\r\n.\r\nlast\r\n"


def settings_for(port: int, **more: object) -> SmtpSettings:
    return SmtpSettings.model_validate(
        {
            "host": "127.0.0.1",
            "port": port,
            "security": "plain",
            "username": USER,
            "password": {"env": "TEST_SMTP"},
            "timeout_seconds": 5,
            **more,
        }
    )
