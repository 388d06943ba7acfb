#!/usr/bin/env python3
"""The container's post step: a file of its own, since nothing else tells the two steps apart."""

from polypost.cli import main

main(["action", "cleanup"])
