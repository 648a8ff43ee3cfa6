"""The pages in a real browser, on a real admin endpoint over a real store."""
