"""Tests of the daemon: its parts by themselves, and whole processes beside a sandbox."""
