"""LetsJobIt API v2: wire models and client. Knows nothing of syncing."""
