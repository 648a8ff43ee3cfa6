"""The tests mirror syncd/; see the README for how to run them."""
