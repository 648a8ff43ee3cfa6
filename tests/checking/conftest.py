"""Fixtures of the checks."""

from tests.cli.terminal import control, empty_store, first_run, in_step, served, terminal

__all__ = ["control", "empty_store", "first_run", "in_step", "served", "terminal"]
