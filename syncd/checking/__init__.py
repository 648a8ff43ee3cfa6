"""Checking a configuration against the vendors (`check --online`, `check --swagger`).

Reads only: at most a handful of requests, no lease, nothing stored but the budgets of the keys.
"""
