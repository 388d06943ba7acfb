"""Sentences per second behind a real container, side by side with the stock way: python bench/throughput.py.

The container is the real inference toolkit with a tiny model (tests/standins/container), one worker, behind
the stand-in for AWS. The stock way sends one request per text run, one at a time; polypost's is all of
`EndpointTranslator`, which knows nothing of the speed when the first round starts. Both get the same
sentences, and take turns, round by round; the ratio is the median of the rounds'.
`make test` builds the environment that the container needs. Exits 1 when the ratio is under 5.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from polypost import batching
from polypost.clock import SystemClock
from polypost.models import DEFAULT_MODEL, Generation, choose
from polypost.pace import MOST_UNDER_WAY, Pace
from polypost.sagemaker import clients
from polypost.sagemaker.asking.requests import Answered, Requests
from polypost.sagemaker.asking.translator import Endpoint, EndpointTranslator
from polypost.values import Usage
from standins.aws import Aws
from standins.container import MODELS, Container

BAR = 5.0
NAME = "bench"
WORDS = "the way a post is read has little to do with how it was written and much with who reads it"


def sentences(count: int) -> list[str]:
    """Sentences of mixed length, each another one."""
    words = WORDS.split()
    return [
        " ".join(
            [f"Line {number}:", *(words[(number + at) % len(words)] for at in range(3 + 7 * number % 23))]
        )
        for number in range(count)
    ]


def stock(client, route, asked) -> int:
    """One request per sentence, one at a time; how many came back."""
    requests = Requests(client, NAME, SystemClock())
    done = 0
    for language, texts in asked.items():
        for text in texts:
            how = Generation(1, route.family.limits.max_new_tokens(batching.tokens(text)), 2)
            payload = route.family.request([text], route.source, route.targets[language], how)
            done += isinstance(requests.attempt(payload, 1), Answered)
    return done


def deploy(aws) -> None:
    client = aws.client("sagemaker")
    image = "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-inference:x"
    role = aws.role("bench")
    client.create_model(ModelName=NAME, PrimaryContainer={"Image": image}, ExecutionRoleArn=role)
    variant = {
        "VariantName": "AllTraffic",
        "ModelName": NAME,
        "InstanceType": "ml.m5.xlarge",
        "InitialInstanceCount": 1,
    }
    client.create_endpoint_config(EndpointConfigName=NAME, ProductionVariants=[variant])
    client.create_endpoint(EndpointName=NAME, EndpointConfigName=NAME)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--sentences", type=int, default=60, help="per language, of two")
    given = arguments.parse_args()
    route = choose(DEFAULT_MODEL, "en", ["es", "ja"])
    asked = {language: sentences(given.sentences) for language in route.targets}
    total = sum(map(len, asked.values()))
    ratios = []
    with Aws() as aws, Container(MODELS / "seamless") as container:
        os.environ.update(aws.env)
        aws.backend = container.url
        deploy(aws)
        client = clients.runtime(clients.open_session(None), MOST_UNDER_WAY)
        clock = SystemClock()
        endpoint = Endpoint(Requests(client, NAME, clock), clock, Pace.of(1, 1), lambda: None)
        ours = EndpointTranslator(route, endpoint, standins=(), usage=Usage)
        stock(client, route, {"es": asked["es"][:5]})  # the first requests load libraries
        for number in range(1, given.rounds + 1):
            start = time.perf_counter()
            if stock(client, route, asked) != total:
                raise SystemExit("the stock way lost sentences")
            middle = time.perf_counter()
            if sum(isinstance(reply.answer, str) for reply in ours.translate(asked)) != total:
                raise SystemExit("polypost lost sentences")
            end = time.perf_counter()
            ratios.append((middle - start) / (end - middle))
            print(
                f"round {number}: stock {total / (middle - start):7.1f} sentences/s, "
                f"polypost {total / (end - middle):7.1f} sentences/s, {ratios[-1]:.1f}x",
                flush=True,
            )
    ratio = statistics.median(ratios)
    print(f"{ratio:.1f}x the stock way (median of {given.rounds} rounds; bar {BAR:.0f}x)")
    return 1 if ratio < BAR else 0


if __name__ == "__main__":
    raise SystemExit(main())
