"""Versions of the routing rules: read, checked, simulated, published, taken back.

`in_force` says under which policy an order is planned; `service` is the API. What is
asked of other parts goes through one place each: `reading` turns YAML into documents
and back, `checking` finds faults and differences, `simulating` decides orders again.
"""
