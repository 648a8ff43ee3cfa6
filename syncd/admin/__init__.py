"""The admin endpoint: what programs and people see of a running syncd, and their decisions.

It reads the store and records decisions; it never calls a vendor. It runs in the daemon's process
and must not slow it: endpoints are plain `def`, which FastAPI runs in threads, and reach the store
through their `Desk`. Imported only where the daemon runs it: FastAPI takes a second to import.
"""
