"""The myProp contractor portal: its tRPC procedures as a typed client. Knows nothing of syncing."""
