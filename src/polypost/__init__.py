"""polypost localizes Markdown blogs; `localize` is the text side, usable without AWS or GitHub."""

from polypost.text.text import localize, same_structure

__all__ = ["__version__", "localize", "same_structure"]

__version__ = "0.1.0"
