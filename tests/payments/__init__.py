"""Payments are followed on the contractor portal."""
