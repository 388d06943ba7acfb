"""polypost localizes Markdown blogs; `localize` is the text side, usable without AWS or GitHub."""

__version__ = "0.1.0"
