"""Routing rules: the policy document that operations own, and what it does to an order.

`document` is the policy as data, `fields` the words that its conditions may use,
`masks` finds the nodes and lines that a rule means, `ruling` turns a problem with rules
into the same problem without them.
"""
