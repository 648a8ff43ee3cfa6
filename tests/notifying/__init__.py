"""Tests of what people are told, when, and by which way."""
