"""The public API of the map, and the page that explains it."""
