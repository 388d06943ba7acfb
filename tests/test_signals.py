"""A signal stops at once, but never in the middle of a deletion, and never without one."""

import os
import signal
from contextlib import nullcontext

import pytest

from polypost.errors import ServiceError, Stopped
from polypost.fronts.fleet import LeftInPeace
from polypost.fronts.wiring import Shielded
from polypost.signals import listening
from polypost.values import Publication, Report


class Endpoint:
    """A context that tells what happened to it; `swallow`: a library eats that signal's exception."""

    def __init__(self, swallow=None):
        self.told, self.swallow = [], swallow

    def __enter__(self):
        self.told.append("made")
        if self.swallow:
            with pytest.raises(Stopped):
                os.kill(os.getpid(), self.swallow)
        return self

    def __exit__(self, kind, error, trace):
        if not self.swallow:
            os.kill(os.getpid(), signal.SIGTERM)
        self.told.append("deleted")


def test_the_first_signal_raises_and_the_next_ones_are_swallowed():
    with listening() as signals:
        with pytest.raises(Stopped) as stopped:
            os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGTERM)
        assert stopped.value.exit_code == signals.exit_code(0) == 130


def test_a_deletion_is_not_interrupted_and_the_exit_code_still_tells():
    endpoint = Endpoint()
    with listening() as signals:
        with LeftInPeace(endpoint, signals):
            pass
        assert endpoint.told == ["made", "deleted"]
        assert signals.exit_code(0) == 143


def test_a_swallowed_signal_still_stops_and_deletes():
    endpoint = Endpoint(swallow=signal.SIGTERM)
    with listening() as signals, pytest.raises(Stopped), LeftInPeace(endpoint, signals):
        pytest.fail("nothing may be translated after the signal")
    assert endpoint.told == ["made", "deleted"]


def test_without_a_shield_the_deletion_would_be_interrupted():
    endpoint = Endpoint()
    with listening(), pytest.raises(Stopped), endpoint:
        pass
    assert endpoint.told == ["made"]


def test_what_listened_before_listens_again():
    before = signal.getsignal(signal.SIGTERM)
    with listening():
        assert signal.getsignal(signal.SIGTERM) != before
    assert signal.getsignal(signal.SIGTERM) == before


def test_after_the_deletion_a_signal_is_only_noted():
    with listening() as signals:
        with LeftInPeace(nullcontext(), signals):
            pass
        os.kill(os.getpid(), signal.SIGTERM)
        assert signals.exit_code(0) == 143


class Publisher:
    """Gets a signal in its midst, and then does what it can, or is refused."""

    pause = 0.0

    def __init__(self, error=None):
        self.error = error

    def publish(self, changes, report, *, final=True):
        os.kill(os.getpid(), signal.SIGTERM)
        if self.error:
            raise self.error
        return Publication("updated")


@pytest.mark.parametrize("error", [None, ServiceError("GitHub is away")])
def test_a_signal_during_a_wave_is_heeded_after_it_whatever_becomes_of_the_wave(error):
    with listening() as signals, pytest.raises(Stopped):
        Shielded(Publisher(error), signals).publish({}, Report(), final=False)


def test_a_signal_during_the_last_publication_changes_nothing_of_it():
    with listening() as signals:
        assert Shielded(Publisher(), signals).publish({}, Report()) == Publication("updated")
    with listening() as signals, pytest.raises(ServiceError):
        Shielded(Publisher(ServiceError("GitHub is away")), signals).publish({}, Report())
