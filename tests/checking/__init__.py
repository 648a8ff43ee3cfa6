"""Tests of checking a configuration against the vendors."""
