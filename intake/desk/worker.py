"""What follows an act, done beside the pages: the unit is judged anew, a mail taken up again is read.

One thread, so that twenty acts in a minute are one or two rounds.  The service's own pass does the same; a
round that meets it (`Conflict`, a pass that another process walks) or an outage is tried again after a while.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from store.database.engine import StoreDown
from store.ledger.nominations import Conflict

log = logging.getLogger(__name__)

AGAIN_SECONDS, LONGEST_AGAIN = 5.0, 60.0
"""Until a round that came to nothing is tried again: doubled each time, up to a minute."""


class Worker:
    """A thread that does a round of `work` whenever it was asked to; `stop` ends it after the one in hand.

    `work` gets whether mail waits to be read, and returns False where it is to be tried again.
    """

    def __init__(self, work: Callable[[bool], object], stop: threading.Event) -> None:
        self._work = work
        self._stop = stop
        self._wanted = threading.Condition()
        self._judge = self._read = False
        self._again = AGAIN_SECONDS
        self._thread = threading.Thread(target=self._run, name="desk-worker", daemon=True)

    def start(self) -> None:
        """Begins to wait for work."""
        self._thread.start()

    def join(self, seconds: float) -> None:
        """Waits for the round in hand once `stop` is set, at most so long."""
        self._thread.join(seconds)

    def ask(self, *, read: bool = False) -> None:
        """Wants a round; `read`: mail waits to be read as well."""
        with self._wanted:
            self._judge, self._read = True, self._read or read
            self._wanted.notify_all()

    def _run(self) -> None:
        while not self._stop.is_set():
            with self._wanted:
                if not self._judge:
                    self._wanted.wait(1.0)
                    continue
                read, self._judge, self._read = self._read, False, False
            self._round(read)

    def _round(self, read: bool) -> None:
        try:
            done = self._work(read) is not False
            why = "another pass or an outage was in its way"
        except (Conflict, StoreDown, OSError) as fault:
            done, why = False, str(fault)
        except Exception:
            # What was decided is on record; the service's next pass judges it.
            log.exception("the round after an act failed")
            return
        if done:
            self._again = AGAIN_SECONDS
            return
        log.warning("the round after an act is tried again: %s", why)
        wait, self._again = self._again, min(self._again * 2, LONGEST_AGAIN)
        if not self._stop.wait(wait):
            self.ask(read=read)
