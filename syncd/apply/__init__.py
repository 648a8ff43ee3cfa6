"""Applying: vendor writes, each decided and stored before it is tried, and read back after it.

Only here are vendors changed. What was read back becomes the base; nothing is done before that.
"""
