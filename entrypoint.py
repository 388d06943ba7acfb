#!/usr/bin/env python3
"""The container's main step; the runner starts it with the job's environment."""

from polypost.cli import main

main(["action", "run"])
