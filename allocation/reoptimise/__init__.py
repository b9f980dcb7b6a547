"""Orders that nobody has begun, planned again together: who should have which unit."""
