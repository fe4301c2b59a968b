"""The reviews, and what is made of them before anything is fitted."""
