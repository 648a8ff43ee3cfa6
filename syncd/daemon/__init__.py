"""The daemon: runs the lanes that are due, until it is told to stop.

What is due stands in the store, so nothing here has to be remembered. It is the only part that
knows a scheduler and the process's signals; a cycle knows neither.
"""
