"""What the values of columns mean: texts and numbers, scores, times, strengths, and of which beer a row is."""
