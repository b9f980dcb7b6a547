"""Stock: the SQL ledger that decides, and the Redis view that shows."""
