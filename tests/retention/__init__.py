"""Tests of what is dropped from the store, and of what that must not cause."""
