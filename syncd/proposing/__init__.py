"""Proposing a configuration (`syncd init`): from what both vendors show to a commented file.

`reading` asks the vendors, once and little; everything else is pure. Nothing here writes anything.
"""
