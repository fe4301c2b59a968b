"""From the text of a menu to beers of the catalogue."""
