"""Tests of the lines that `syncd run` writes."""
