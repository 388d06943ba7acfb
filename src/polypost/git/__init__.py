"""git: the only subprocess, and what is read through it."""

from polypost.git.process import MAX_BYTES, Git
from polypost.git.repository import GitRepository

__all__ = ["MAX_BYTES", "Git", "GitRepository"]
