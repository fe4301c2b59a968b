"""What fitting any model by epochs takes."""
