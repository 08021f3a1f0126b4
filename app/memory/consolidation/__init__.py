"""What sleep makes of memory: repeats folded, memories linked, themes gathered. All can be rebuilt."""
