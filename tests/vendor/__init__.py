"""The vendors as the tests know them: sample bodies, a raw server, an unlimited budget."""
