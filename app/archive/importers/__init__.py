"""One module for each program that people leave."""
