"""Tests of what brings syncd to a machine: the wheel, the unit, the image, backups, alerts."""
