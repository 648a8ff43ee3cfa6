"""A judge with a watch of its own counts the requests that really arrive."""
