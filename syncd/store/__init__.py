"""The database and nothing else: tables, and plain functions that take a `Session`.

No function here waits, asks a vendor or knows the clock of a cycle; `database.Database` runs them,
each call as one transaction.
"""
