"""Orders that nobody has begun, planned again together and moved where it saves."""
