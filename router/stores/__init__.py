"""What a node has to do with its shipments, and what it says it did."""
