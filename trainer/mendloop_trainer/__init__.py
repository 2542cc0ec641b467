"""The side of Mendloop that runs next to a training engine."""

__version__ = "0.1.0"
