"""Tests about the repository itself: what it may contain, what it locks, what its wheel ships."""
