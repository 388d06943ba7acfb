"""What SageMaker's instance types can hold, and how fast a translation model runs on them; pure.

The stock container loads the weights as fp32, once, and onto one GPU where there is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Machine:
    """One instance."""

    memory_gib: float
    gpu_gib: float
    """What one of its GPUs can hold; 0 without a GPU."""
    pace: float
    """GiB of fp32 weights times tokens that it writes in a second, in batches; see `_FAMILIES`."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether a model has room on an instance."""

    ok: bool | None
    """None where the instance type or the model isn't known."""
    told: str
    """One sentence."""


@dataclass(frozen=True, slots=True)
class _Family:
    gib_per_vcpu: float
    gpu_gib: float
    pace: float
    """Of one GPU; without a GPU, of four vCPUs."""


_FAMILIES: Mapping[str, _Family] = MappingProxyType(
    {
        "m5": _Family(4, 0, 140),
        "m6i": _Family(4, 0, 160),
        "m7i": _Family(4, 0, 200),
        "c5": _Family(2, 0, 150),
        "c6i": _Family(2, 0, 160),
        "c7i": _Family(2, 0, 200),
        "r5": _Family(8, 0, 140),
        "g4dn": _Family(4, 14.6, 2_000),
        "g5": _Family(4, 22.3, 3_400),
        "g6": _Family(4, 22.3, 2_800),
        "g6e": _Family(8, 44.7, 5_000),
        "p3": _Family(7.6, 15.7, 3_400),
    }
)
"""Family -> memory, and pace (November 2026).

The one measured start is m5: 5 tokens a second, sentence by sentence, with 5.1 GiB of weights on four
vCPUs, times 5.4 for batches of 16 (measured with all of NLLB-200 600M). The other paces are estimates. GPUs:
a step of the decoder takes some 40 ms on a T4 with these weights, for 32 sentences at once, and half of a
batch is padding or done; the others by their memory bandwidth and fp32 speed against a T4's. Expect to be
off by two, in both directions: what a run really took stands in its report.
"""

_VCPUS: Mapping[str, int] = MappingProxyType(
    {"large": 2, "xlarge": 4}
    | {f"{times}xlarge": 4 * times for times in (2, 3, 4, 6, 8, 9, 12, 16, 18, 24, 48)}
)


def machine(instance_type: str) -> Machine | None:
    """The instance behind a type such as `ml.g5.xlarge`; None for a family that isn't in the table."""
    _, _, rest = instance_type.partition(".")
    name, _, size = rest.partition(".")
    family, vcpus = _FAMILIES.get(name), _VCPUS.get(size)
    if family is None or vcpus is None:
        return None
    pace = family.pace if family.gpu_gib else family.pace * vcpus / 4
    return Machine(family.gib_per_vcpu * vcpus, family.gpu_gib, pace)


def fits(instance_type: str, weights_gib: float | None) -> Fit:
    """Whether a model with so many GiB of fp32 weights has room; None where the size isn't known."""
    there = machine(instance_type)
    if there is None or weights_gib is None:
        unknown = "the size of the model" if there else f"the memory of {instance_type}"
        return Fit(None, f"{unknown} is not in polypost's table")
    for place, room, runtime in (("memory", there.memory_gib, 2), ("GPU memory", there.gpu_gib, 1)):
        needs = weights_gib * 1.2 + runtime  # activations come on top of the weights
        if room and needs > room:
            told = f"{instance_type} has {room:g} GiB of {place}, and the model needs about {needs:.1f}"
            return Fit(False, f"{told}: name a larger type in instance-type, or a smaller model")
    return Fit(True, f"{weights_gib:g} GiB of weights fit on {instance_type}")
