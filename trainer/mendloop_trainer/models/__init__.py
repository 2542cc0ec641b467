"""Small models for machines without a GPU: a real one from a package, and one of random weights for tests."""
