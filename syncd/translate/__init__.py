"""Translating: vendors' shapes into works orders and back, and the canonical form of values.

Everything here is pure: no clock, no network, no store, no settings. It imports the vocabulary, the
errors and the vendors' wire models only. A record that cannot be used raises `BadRecord` with a
one-line reason without personal data; nothing else is ever raised over what a vendor sent.
"""
