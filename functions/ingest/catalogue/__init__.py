"""Files of beers: what they say of retired ones, prices and places, and what all of them say together."""
