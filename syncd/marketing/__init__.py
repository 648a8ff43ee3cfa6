"""What a contractor's people add to an agency's marketing: photos, plans, media and leads."""
