"""The library: reports in, passages out. Knows nothing of the assistant."""
