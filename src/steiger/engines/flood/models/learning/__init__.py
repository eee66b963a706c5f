"""From a network's past to a model: pure functions over gauges, on any number of workers."""
