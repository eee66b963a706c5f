"""One file per check: ``ORDER`` says where it stands, ``look()`` yields findings."""
