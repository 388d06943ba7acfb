"""Requests in threads of their own: what is on the wire when a run ends."""

import threading
import time

from polypost.sagemaker.asking.flights import Flights


def test_an_answer_that_comes_in_a_moment_is_waited_for_and_one_that_takes_long_is_not():
    never = threading.Event()
    with Flights[str, str]() as flights:
        flights.start("long", lambda: str(never.wait(60)))
        started = time.monotonic()
        assert not flights.last()
        assert time.monotonic() - started < 5
        flights.start("short", lambda: time.sleep(0.05) or "answer")
        assert flights.last()
        assert flights.land(lambda: None) == ("short", "answer")
    never.set()
