"""Tests of jobs that are raised for visits from the field."""
