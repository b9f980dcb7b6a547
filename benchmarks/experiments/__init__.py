"""Three published experiments on look-ahead, rebuilt from their formulas."""
