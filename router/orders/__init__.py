"""Orders after their commit, as agents, portals and nodes see and change them."""
