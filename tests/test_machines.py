import pytest

from polypost.machines import fits, machine
from polypost.sagemaker.prices import USD_PER_HOUR

SEAMLESS, NLLB_LARGE, MADLAD_LARGE = 5.1, 12.5, 30.9


@pytest.mark.parametrize(
    ("instance_type", "memory", "gpu"),
    [
        ("ml.m5.xlarge", 16, 0),
        ("ml.c5.2xlarge", 16, 0),
        ("ml.g4dn.xlarge", 16, 14.6),
        ("ml.g6e.xlarge", 32, 44.7),
    ],
)
def test_an_instance_type_is_its_family_and_its_size(instance_type, memory, gpu):
    there = machine(instance_type)
    assert (there.memory_gib, there.gpu_gib) == (memory, gpu)


def test_every_type_with_a_price_is_known():
    assert [each for each in USD_PER_HOUR if machine(each) is None] == []


@pytest.mark.parametrize("unknown", ["ml.x9.xlarge", "ml.m5.tiny", "m5", ""])
def test_what_is_not_in_the_table_is_not_guessed(unknown):
    assert machine(unknown) is None
    assert fits(unknown, SEAMLESS).ok is None


def test_more_processors_are_faster_and_more_of_the_machine_beside_one_gpu_is_not():
    assert machine("ml.m5.2xlarge").pace == 2 * machine("ml.m5.xlarge").pace
    assert machine("ml.g5.4xlarge").pace == machine("ml.g5.xlarge").pace > machine("ml.g4dn.xlarge").pace


@pytest.mark.parametrize(
    ("instance_type", "weights", "ok"),
    [
        ("ml.g4dn.xlarge", SEAMLESS, True),
        ("ml.m5.xlarge", SEAMLESS, True),
        ("ml.m5.large", SEAMLESS, False),
        ("ml.c5.2xlarge", SEAMLESS, True),
        ("ml.g4dn.xlarge", NLLB_LARGE, False),
        ("ml.g5.2xlarge", NLLB_LARGE, True),
        ("ml.g5.12xlarge", MADLAD_LARGE, False),
        ("ml.g6e.2xlarge", MADLAD_LARGE, True),
    ],
)
def test_weights_need_the_memory_of_one_gpu_and_that_of_the_machine(instance_type, weights, ok):
    assert fits(instance_type, weights).ok is ok


def test_what_does_not_fit_says_how_much_is_missing_and_what_to_do():
    assert fits("ml.g5.12xlarge", MADLAD_LARGE).told == (
        "ml.g5.12xlarge has 22.3 GiB of GPU memory, and the model needs about 38.1: name a larger type in "
        "instance-type, or a smaller model"
    )


def test_a_model_of_unknown_size_is_not_judged():
    assert fits("ml.m5.xlarge", None).ok is None
