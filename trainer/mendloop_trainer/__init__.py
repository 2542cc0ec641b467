"""The side of Mendloop that runs next to a training engine."""
