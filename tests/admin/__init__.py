"""Tests of the admin endpoint's machine side, over a real port of loopback."""
