"""Look-ahead in the service: prices of stock are made, kept, followed and used here.

* `brief`, `collecting`: what a solve needs, from ledger, view and network;
* `child`, `solving`: the solve itself, in a process of its own;
* `desk`: the prices of now, and making new ones at once;
* `schedule`: when new ones are made;
* `following`, `steering`: every router keeps the newest list ready for decisions.
"""
