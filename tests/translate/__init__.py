"""Tests of syncd.translate: examples from the vendors' pages and properties over any text."""
