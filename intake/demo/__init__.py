"""A sample campaign to see the service at work: believable mail, and servers to hold it."""
