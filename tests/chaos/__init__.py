"""Real processes are killed under load; then the books are audited."""
