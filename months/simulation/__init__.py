"""What a draft would have done to past months: two boards compared, correlated, told in sentences and tables."""
