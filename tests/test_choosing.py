"""From the options to the models: what `auto` proposes, and which options are of one model only."""

import pytest

from polypost.choosing import chooser, resolved, routing_of, seconds, wishes_of
from polypost.errors import UsageError
from polypost.fronts import wiring
from polypost.machines import fits
from polypost.models.routing import CANDIDATES, SMALLER
from polypost.options import Options

SEAMLESS, NLLB, MADLAD = CANDIDATES
TWO = {"model": (SEAMLESS, NLLB), "languages": ("es", "ban"), "model_for": (f"es: {SEAMLESS}",)}


def proposed(model=("auto",), **more):
    return wishes_of(Options(model=model, **more)).models


def test_auto_proposes_what_has_room_on_the_machines():
    assert fits("ml.g4dn.xlarge", 12.5).ok is False
    assert proposed() == (SEAMLESS, SMALLER[NLLB], MADLAD)
    assert proposed(instance_type=("ml.g5.2xlarge",)) == CANDIDATES
    assert proposed((NLLB,)) == (NLLB,), "what is named is taken"
    with pytest.raises(UsageError, match=r"^model: .*give it alone"):
        proposed(("auto", NLLB))


def test_auto_leaves_out_what_may_not_be_used_commercially():
    assert routing_of(Options(model=("auto",), languages=("es",), commercial=True), ()).needed == (MADLAD,)
    with pytest.raises(UsageError, match="`commercial` refuses facebook/seamless"):
        routing_of(Options(languages=("es",), commercial=True), ())


def test_the_pseudo_translator_takes_every_language():
    assert routing_of(Options(translator="pseudo", languages=("es",)), ()) is None


def test_what_only_a_post_asks_for_may_need_another_model_than_an_endpoint_has():
    options = Options(model=(SEAMLESS, NLLB), languages=("es",), endpoint_name="mine")
    routing = routing_of(options, ())
    tags, info, refuse = resolved(options, routing)
    assert (tags, info.name, refuse("ja")) == (("es",), SEAMLESS, "")
    assert "`endpoint-name` can only be of one model" in refuse("ban")
    assert "sr-Latn" in refuse("sr-Latn")
    assert chooser(routing)("ban").model == NLLB
    assert chooser(routing)("sr-Latn").model == ""


@pytest.mark.parametrize("name", ["endpoint_name", "model_revision", "model_data"])
def test_an_option_of_one_model_is_refused_where_several_are_needed(name):
    with pytest.raises(UsageError, match="can only be of one model, and these languages need 2"):
        routing_of(Options(**TWO, **{name: "x"}), ())
    assert routing_of(Options(**TWO), ()).needed == (SEAMLESS, NLLB)
    alone = {**TWO, "languages": ("ban",), "model_for": ()}
    assert routing_of(Options(**alone, **{name: "x"}), ()).needed == (NLLB,)


def test_what_failed_is_tried_again_once_there_is_a_second_model(tmp_path):
    def tried(**given):
        options = Options(**{"languages": ("es", "ban"), **given})
        return wiring.job(options, routing_of(options, ()), tmp_path, dry_run=True).tried_with("es")

    two = tried(**TWO)
    assert f"{SEAMLESS} or {NLLB} " in two
    # One that the run doesn't need isn't started, so nobody can be asked.
    assert (
        tried(languages=("es",))
        == tried(languages=("es",), model=(SEAMLESS, NLLB))
        == two.replace(f" or {NLLB}", "")
    )


def test_a_second_model_knows_the_language():
    second = seconds(routing_of(Options(**TWO), ()))
    assert [second(tag) for tag in ("es", "ja", "ban", "sr-Latn")] == [NLLB, NLLB, "", ""]


@pytest.mark.parametrize("given", [f"ja={NLLB}", f"ja: {NLLB}", f"ja :{NLLB}"])
def test_a_model_for_a_language_is_written_as_one_likes(given):
    routing = routing_of(Options(languages=("es", "ja"), model_for=(given,)), ())
    assert {tag: choice.model for tag, choice in routing.choices.items()} == {"es": SEAMLESS, "ja": NLLB}


def test_two_models_for_one_language_are_refused():
    with pytest.raises(UsageError, match=r"^model-for: The language 'xx' is not"):
        routing_of(Options(languages=("ja",), model_for=(f"xx: {NLLB}",)), ())
    with pytest.raises(UsageError, match="`model-for` names two models for ja"):
        routing_of(Options(languages=("ja",), model_for=(f"ja={NLLB}", f"ja: {SEAMLESS}")), ())
    routing = routing_of(Options(languages=("ja",), model_for=(f"ja={NLLB}", f"ja: {NLLB}")), ())
    assert routing.choices["ja"].model == NLLB
