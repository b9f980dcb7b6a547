"""The solvers: integer arrays in (`instance`), the best plans out (`optimise`).

They know no names, no dates and no rules; `decide` asks them, and nobody else does.
"""
