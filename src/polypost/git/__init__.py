"""git: the only subprocess, and what is read through it."""

from polypost.git.process import Git
from polypost.git.repository import Branch, GitRepository

__all__ = ["Branch", "Git", "GitRepository"]
