"""Tests of what `syncd init` proposes and writes."""
