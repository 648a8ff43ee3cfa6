"""The pages, piece by piece: words, filters and sums."""
