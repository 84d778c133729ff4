"""The metrics of dance generation, each with the value that chance would score."""
