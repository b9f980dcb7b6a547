"""Files of counts from other systems: what they say of themselves, what is absent."""
