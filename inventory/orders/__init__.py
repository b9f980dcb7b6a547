"""The life of an order after its commit: from the shelf to the customer's hands.

`actions` says what may be asked, `states` what is allowed when, `steps` carries it out
on a batch's copy of the books. Stock and order change in one transaction.
"""
