"""From a history and a query to recommendations, and what a user has rated."""
