"""Engines: each turns a round's specification into child processes; none of them is a training loop of our own."""
