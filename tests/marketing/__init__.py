"""Tests of what people add to an agency's marketing."""
