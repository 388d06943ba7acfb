"""The life of an endpoint, and of a batch model: found or made, shared, left, guarded against leaks."""
