"""The edge to Amazon SageMaker: use an endpoint that is there or deploy one, translate on it, leave it."""

from polypost.sagemaker.clients import open_session
from polypost.sagemaker.life.after import clean_up
from polypost.sagemaker.life.in_batch import open_in_batch
from polypost.sagemaker.life.lifecycle import open_translator
from polypost.sagemaker.settings import PREFIX, Created, Settings
from polypost.sagemaker.surroundings import Surroundings

__all__ = [
    "PREFIX",
    "Created",
    "Settings",
    "Surroundings",
    "clean_up",
    "open_in_batch",
    "open_session",
    "open_translator",
]
