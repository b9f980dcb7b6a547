"""Generated from proto/shipfrom/v1."""
