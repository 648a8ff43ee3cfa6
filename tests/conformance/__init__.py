"""The same assertions on cassettes of the vendors' own bodies and on the sandbox."""
