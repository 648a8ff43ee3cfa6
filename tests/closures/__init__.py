"""Closed visits, from the engineer's signature to the acknowledgement."""
