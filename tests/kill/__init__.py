"""Proofs by killing: real processes of syncd, stopped at every point where it could matter."""
