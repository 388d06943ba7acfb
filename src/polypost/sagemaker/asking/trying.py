"""The first questions to an endpoint: whether its model translates, and which stand-ins it keeps."""

from __future__ import annotations

import threading
from collections.abc import Callable

from polypost import batching
from polypost.errors import PolypostError, ServiceError
from polypost.models import Generation, Route
from polypost.sagemaker.asking.flights import Flights
from polypost.sagemaker.asking.requests import Answered, Outcome, Refused, Requests
from polypost.sagemaker.surroundings import Stopwatch, Surroundings
from polypost.text import tryout

_PROBE = "This is a short sentence."
_PROBE_SECONDS = 900
"""How long a model may load after its endpoint is in service: 10 GB take minutes."""


def probe(requests: Requests, route: Route, around: Surroundings, beat: Callable[[], None]) -> None:
    """One sentence, before the first real one: an endpoint is in service although its model can't load.

    `beat` is called between the tries. Raises ServiceError, GoneError when the endpoint is gone.
    """
    language, target = next(iter(route.targets.items()))
    how = Generation(batch_size=1, max_new_tokens=64, num_beams=1)
    payload = route.family.request([_PROBE], route.source, target, how)
    around.console.step(f"Asking {route.model} for a first sentence")
    watch = Stopwatch(around.clock)
    while True:
        outcome = requests.send(payload, 1, threading.Event())
        if isinstance(outcome, PolypostError):
            raise outcome
        if isinstance(outcome, Answered):
            break
        if isinstance(outcome, Refused) or watch.seconds() > _PROBE_SECONDS:
            raise ServiceError(
                f"The endpoint is in service, but its model does not translate; the container says: "
                f"{outcome.reason}"
            )
        around.console.say(f"The model is not ready yet: {outcome.reason}")
        around.check()
        beat()
        around.clock.sleep(5.0)
    text = outcome.texts[0].replace("<unk>", "").strip()
    if text == _PROBE:
        around.console.warn(
            f"The endpoint gives a test sentence back untranslated. Is its model really {route.model}?"
        )
    if not text:
        raise ServiceError(
            f"The endpoint answers a test sentence in {language} with nothing. Is its model really "
            f"{route.model}?"
        )


def try_standins(
    requests: Requests, route: Route, around: Surroundings, beat: Callable[[], None]
) -> tuple[str, ...]:
    """The forms of stand-ins, those first that this very model keeps: it differs per model.

    One request, in the first language of the run; when it fails, the order is the usual one. `beat` is called
    while it is waited for.
    """
    target = next(iter(route.targets.values()))
    sentences, limits = tryout.asked(), route.family.limits
    how = limits.generation([batching.tokens(sentence) for sentence in sentences])
    payload = route.family.request(sentences, route.source, target, how)
    with Flights[None, tuple[Outcome]]() as flights:
        # In a tuple: an outcome may be an error, which is no reason here to end the run.
        flights.start(None, lambda: (requests.send(payload, len(sentences), flights.given_up),))
        _, (outcome,) = flights.land(beat)
    if not isinstance(outcome, Answered):
        around.console.say("Stand-ins for code and links could not be tried; the usual ones are used.")
        return tryout.by_default(route.family.standins)
    return tryout.best_first(tryout.kept(outcome.texts), route.family.standins)
