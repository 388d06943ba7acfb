"""GitHub: what the event says, the API, and the one pull request."""

from polypost.github.event import Situation, read

__all__ = ["Situation", "read"]
