"""Facts: what was stated, when it is true, and what took its place. Statements point to words; facts are worked out."""
