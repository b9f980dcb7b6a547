"""One batch of operations as one SQL transaction: read, decide, write, commit.

Absolute values are safe because two independent things protect them: the row locks, taken
in one global order, and the guarded writes. Each alone would do; together they also
catch a mistake in the other.
"""



