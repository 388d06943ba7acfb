"""git: the only subprocess, and what is read through it."""

from polypost.git.process import Git
from polypost.git.repository import GitRepository

__all__ = ["Git", "GitRepository"]
