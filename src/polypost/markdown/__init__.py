"""bytes -> Document -> bytes: where a post's human text stands, and how it is put back."""
