"""Deciding: pairing, three-way merge, the status machine, guards and the planner.

Everything here is pure. It takes values and returns values: no clock, no network, no database,
no randomness. It knows no vendor's names and never performs what it decides.
"""
