"""What a forecast may know at its issue time, as columns of numbers."""
