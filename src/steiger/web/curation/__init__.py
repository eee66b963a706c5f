"""The room in which the map's entries come about and stay true."""
