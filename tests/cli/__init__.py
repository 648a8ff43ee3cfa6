"""Tests of the commands, against a sandbox: what they print, where, and how they end."""
