"""GitHub: what the event says, the API, and the one pull request."""

from polypost.github.event import COMMIT, FILES, PULL_REQUEST, Situation, read

__all__ = ["COMMIT", "FILES", "PULL_REQUEST", "Situation", "read"]
