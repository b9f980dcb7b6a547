"""Look-ahead: what a unit of each cell is worth to the orders still to come."""
