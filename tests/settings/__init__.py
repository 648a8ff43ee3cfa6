"""Tests of the configuration: what is accepted, what is refused, and how it is said."""
