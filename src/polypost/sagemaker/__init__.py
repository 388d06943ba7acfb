"""The edge to Amazon SageMaker: attach to an endpoint or deploy one, translate on it, delete it."""

from polypost.sagemaker.cleanup import clean_up
from polypost.sagemaker.lifecycle import open_translator
from polypost.sagemaker.settings import PREFIX, Created, Settings

__all__ = ["PREFIX", "Created", "Settings", "clean_up", "open_translator"]
