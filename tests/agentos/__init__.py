"""Tests of the AgentOS client."""
