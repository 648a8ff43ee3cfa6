"""Tests of the store; those that use the fixture `database` run on SQLite and on Postgres."""
