"""Tests of what the store says, for commands and pages alike."""
