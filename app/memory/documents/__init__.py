"""Documents that a person hands over: read, cut into passages, kept and recalled as what they are, somebody's words."""
