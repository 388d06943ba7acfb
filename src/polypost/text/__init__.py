"""One post into one language: what has to be asked of a model, and what its answers make of it; pure."""
