"""A repository's past, lived again with polypost in it: see ../history.py."""
