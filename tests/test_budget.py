"""What a run may take: told in whole sentences."""

import pytest

from polypost.errors import BudgetError
from polypost.run.budget import Budget
from polypost.values import Estimate, Usage


class Clock:
    """Seconds that pass when told."""

    seconds = 0.0

    def monotonic(self):
        return self.seconds


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ((None, 1.0), "The run has taken 1.1 minutes, and max-minutes is 1: it ends here."),
        ((0.5, None), "The run has cost $0.48, and max-cost is $0.50: it ends here."),
    ],
)
def test_a_limit_that_is_reached_is_told_in_a_sentence(limits, said):
    clock = Clock()
    budget = Budget(*limits, clock)
    clock.seconds = 66.0
    with pytest.raises(BudgetError) as caught:
        budget.check(lambda: Usage(seconds=66.0, cost_usd=0.48))
    assert str(caught.value).startswith(said)
    Budget(1.0, 2.0, Clock()).check(Usage)


def test_an_estimate_is_over_a_limit_only_when_it_is_more():
    assert not Budget(0.2, 9.0, Clock()).over(Estimate("endpoint", 10, 9.0, 0.2, "why"))
    assert "max-cost is $0.10" in Budget(0.1, 9.0, Clock()).over(Estimate("endpoint", 10, 9.0, 0.2, "why"))
