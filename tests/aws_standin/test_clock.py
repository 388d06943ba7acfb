"""Simulated time: it passes when somebody waits, in the order of the waits, and not while somebody works."""

import threading
import time

from standins.clock import START, RealClock, SimClock


def together(*functions):
    threads = [threading.Thread(target=function) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert not any(thread.is_alive() for thread in threads)


def test_a_sleep_takes_simulated_time_only():
    clock = SimClock()
    start = time.monotonic()
    clock.sleep(3600)
    assert (clock.now(), clock.monotonic()) == (START + 3600, 3600)
    assert time.monotonic() - start < 2


def test_sleepers_wake_in_order_and_side_by_side():
    clock, woken = SimClock(grace=0.05), []  # a loaded machine may be slow to go on

    def sleeper(*naps):
        def run():
            for nap in naps:
                clock.sleep(nap)
                woken.append((clock.monotonic(), naps))

        return run

    with clock.busy():  # until all of them are there
        threads = [threading.Thread(target=sleeper(*naps)) for naps in ((30,), (20, 5), (10, 10, 10))]
        for thread in threads:
            thread.start()
        time.sleep(0.05)
    for thread in threads:
        thread.join(10)
    assert [at for at, _ in woken] == [10, 20, 20, 25, 30, 30]


def test_time_stands_still_while_somebody_works():
    clock, seen = SimClock(), []

    def work():
        with clock.busy():
            time.sleep(0.2)
            seen.append(clock.monotonic())
            clock.sleep(5)  # waits in simulated time, as a slow container does
            seen.append(clock.monotonic())

    def wait():
        time.sleep(0.05)
        clock.sleep(1000)
        seen.append(clock.monotonic())

    together(work, wait)
    assert seen == [0, 5, 1000]


def test_callbacks_get_their_own_moment():
    clock, seen = SimClock(), []
    clock.call_at(START + 20, lambda: seen.append(clock.monotonic()))
    clock.call_at(START + 10, lambda: seen.append(clock.monotonic()))
    clock.call_at(START + 70, lambda: seen.append(clock.monotonic()))
    clock.advance(60)
    assert (seen, clock.monotonic()) == ([10, 20], 60)
    clock.sleep(10)
    assert seen == [10, 20, 70]


def test_the_real_clock_is_the_machines():
    clock = RealClock()
    assert abs(clock.now() - time.time()) < 1
    start = clock.monotonic()
    with clock.busy():
        clock.sleep(0.01)
    assert clock.monotonic() - start >= 0.01
