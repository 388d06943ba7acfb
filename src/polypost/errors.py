"""Everything polypost raises on purpose, and the exit code that stands for it.

    PolypostError                  1   (some localizations failed; never raised as such)
    |-- UsageError                 2   options, roles, names: nothing was started
    |-- BudgetError                1   the time or the money set for a run is used up; what is done is kept
    |   `-- TooDearError           1   one instance type costs more than is left; another may do
    |-- ServiceError               3   AWS, GitHub or git said no, for good
    |   |-- QuotaError             3   quota or capacity: another instance type may do
    |   `-- DeniedError            3   the token is not valid, or may not: trying again is of no use
    |-- TranslatorError            3   a translator broke its contract (count, type) or raised
    `-- PostError                  1   one post can't be read or parsed; the run goes on
    Stopped (BaseException)  130/143   SIGINT or SIGTERM

A message says what happened, why, and what to do about it; it never holds a secret.
"""

from __future__ import annotations

import signal

DONE = 0
INCOMPLETE = 1
"""Some localizations failed and the others are written, or `check` found something missing or behind."""


class PolypostError(Exception):
    """Base of all errors that polypost raises on purpose; `exit_code` ends the process."""

    exit_code = INCOMPLETE


class UsageError(PolypostError):
    """The options, the configuration or the account's set-up are wrong; nothing was started."""

    exit_code = 2


class BudgetError(PolypostError):
    """The run has used up its `max-minutes` or `max-cost`, or its credentials are about to end."""


class TooDearError(BudgetError):
    """The start of one instance type costs more than is left of `max-cost`; another type may do."""


class ServiceError(PolypostError):
    """AWS, GitHub or git failed after the retries that make sense."""

    exit_code = 3


class QuotaError(ServiceError):
    """A quota or the capacity for one instance type is exhausted; another type may do."""


class DeniedError(ServiceError):
    """GitHub does not take the token, or not for this: the same will be refused again."""


class TranslatorError(PolypostError):
    """A translator returned the wrong number of strings, something that is no string, or raised."""

    exit_code = 3


class PostError(PolypostError):
    """One post can't be used (encoding, size, front matter, path); costs this post, never the run."""

    def __init__(self, message: str, *, code: str, line: int = 0) -> None:
        """`code` is the finding's code; `line` is 1-based in the post, 0 for the whole file."""
        super().__init__(message)
        self.code = code
        self.line = line


class Stopped(BaseException):
    """The process was asked to end. A BaseException, so that no `except Exception` swallows it."""

    def __init__(self, signum: int) -> None:
        """`signum`: SIGINT or SIGTERM."""
        super().__init__(f"stopped by {signal.Signals(signum).name}")
        self.exit_code = 128 + signum
