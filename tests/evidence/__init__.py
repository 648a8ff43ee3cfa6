"""Tests of the evidence of a visit."""
