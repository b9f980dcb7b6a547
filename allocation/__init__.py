"""The decision: a pure function from a problem to a plan."""
