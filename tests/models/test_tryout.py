"""Which form of stand-ins is tried first, after a model was asked."""

import pytest

from polypost.markdown.standins import FORMS
from polypost.models import MODELS
from polypost.text import tryout


def answered(change):
    """What `kept` counts when a model does `change` to every sentence."""
    return tryout.kept([change(sentence) for sentence in tryout.asked()])


def test_every_form_is_tried_with_every_sentence():
    assert len(set(tryout.asked())) == len(FORMS) * len(tryout.SENTENCES)


def test_a_model_that_keeps_all_of_them_leaves_the_order_as_it_is():
    assert set(answered(str).values()) == {len(tryout.SENTENCES)}
    assert tryout.best_first(answered(str)) == FORMS
    assert tryout.best_first(answered(str), ("zzcit",))[:2] == ("zzcit", FORMS[0])


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("XENT1X", "XENT X"),
        lambda text: text.replace("XENT1X", ""),
        lambda text: text.replace("XENT1X", "XENT2X"),
        lambda text: text.replace("XENT1X", "XENT1X XENT1X"),
        lambda text: text.replace("XENT1X", "XENT1X XENT3X"),
    ],
    ids=["bent", "lost", "another", "twice", "invented"],
)
def test_a_form_that_does_not_come_back_goes_last(change):
    counts = answered(change)
    assert counts["xent"] == 0
    assert tryout.best_first(counts) == (*FORMS[1:], "xent")
    assert tryout.best_first(counts, ("xent",))[-1] == "xent", "what this model does counts for more"


def test_what_comes_back_more_often_goes_first():
    asked = list(tryout.asked())
    asked[0] = "Nothing of it."
    asked[3] = asked[4] = "Nor of these."
    counts = tryout.kept(asked)
    assert (counts["xent"], counts["item"], counts["zzcit"]) == (2, 1, 3)
    assert tryout.best_first(counts) == (*FORMS[2:], "xent", "item")


def test_a_family_prefers_only_forms_that_exist():
    assert {form for family in MODELS.values() for form in family.standins} <= set(FORMS)
