"""What can happen to a request on its way, for tests that fail each request of a run in turn.

hub.intercept = Nth(7, Drop(after=True))                # the answer to the eighth request is lost
hub.intercept = Nth(7, BAD_GATEWAY, forever=True)       # and so is every further one like it
hub.intercept = lambda method, path, index: SLOW_DOWN if path.endswith("/git/trees") else None
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Answer:
    """This answer in place of the real one; `after`: although the request has its effect."""

    status: int
    message: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    after: bool = False


@dataclass(frozen=True)
class Drop:
    """The connection ends without an answer."""

    after: bool = False


@dataclass(frozen=True)
class Hang:
    """The connection stays open and nothing comes."""

    after: bool = False


@dataclass(frozen=True)
class Act:
    """Something is done, then all goes on: the process that asked is killed, say."""

    action: Callable[[], None]
    after: bool = False


Trouble = Answer | Drop | Hang | Act

BAD_GATEWAY = Answer(502, "Server Error")
LOST = Answer(502, "Server Error", after=True)
FORBIDDEN = Answer(403, "Resource not accessible by integration")
EXPIRED = Answer(401, "Bad credentials")
_TOO_FAST = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
TOO_FAST = Answer(403, _TOO_FAST, {"Retry-After": "1"})
SLOW_DOWN = Answer(429, _TOO_FAST, {"Retry-After": "1"})


class Nth:
    """An intercept: trouble for one request of a run, or `forever` for each like it from then on."""

    def __init__(self, index: int, trouble: Trouble, *, forever: bool = False) -> None:
        self.index, self.trouble, self.forever = index, trouble, forever
        self.hit: tuple[str, str] | None = None
        """Method and path of the request that met it, ids in it left out; None: the run made fewer."""

    def __call__(self, method: str, path: str, index: int) -> Trouble | None:
        what = (method, re.sub(r"\b([0-9a-f]{40}|\d+)\b", "*", path))
        if index == self.index:
            self.hit = what
            return self.trouble
        return self.trouble if self.forever and what == self.hit else None
