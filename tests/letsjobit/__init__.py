"""Tests of the LetsJobIt client."""
