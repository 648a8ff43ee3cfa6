"""The sandbox judges the clients; these tests judge the sandbox."""
