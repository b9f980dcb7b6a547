"""Prices of stock as one deployment keeps them, and whose turn it is to make them."""
