"""Observing: vendor reads only, by sweeps that know whether they were complete.

Nothing here writes to a vendor or to the store; what was seen is handed on as values.
"""
