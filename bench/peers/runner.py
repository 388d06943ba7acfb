"""One contender, in its own environment: python runner.py MODULE.

Reads orders from stdin, a JSON object a line: `change` (a name of CHANGES), `files` ([name, path, dialect]
each) and `out` (a folder for the results, or null). Answers each with one line: `seconds` (name -> CPU
seconds of this process) and `failed` (name -> why).
"""

from __future__ import annotations

import importlib
import json
import signal
import sys
import time
from pathlib import Path

CHANGES = {
    "identity": lambda text: text,
    "upper": str.upper,
    "longer": lambda text: f"{text} lorem",
}
PATIENCE = 20
"""Seconds for one file."""


class TooLongError(BaseException):
    """No library's `except Exception` may swallow it."""


def _stop(*_):
    raise TooLongError(f"more than {PATIENCE} s")


def one(module, path, dialect, change):
    """(result or None, CPU seconds, reason or None)"""
    content = Path(path).read_bytes()
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    began = time.process_time()
    try:
        result = module.roundtrip(content, path, dialect, CHANGES[change])
    except (Exception, TooLongError) as error:  # noqa: BLE001  a crash is a result here
        return None, 0.0, f"{type(error).__name__}: {error}"[:200]
    finally:
        seconds = time.process_time() - began
        signal.setitimer(signal.ITIMER_REAL, 0)
    return result, seconds, None


def main():
    sys.path.insert(0, str(Path(__file__).parent))
    module = importlib.import_module(sys.argv[1])
    signal.signal(signal.SIGALRM, _stop)
    answers = sys.stdout
    sys.stdout = sys.stderr  # what a library prints is no answer
    for line in sys.stdin:
        order = json.loads(line)
        answer = {"seconds": {}, "failed": {}}
        for name, path, dialect in order["files"]:
            result, seconds, reason = one(module, path, dialect, order["change"])
            if reason is not None:
                answer["failed"][name] = reason
                continue
            answer["seconds"][name] = seconds
            if order["out"] and result is not None:
                target = Path(order["out"], name)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(result)
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
