"""Dance generators: one interface, and one package for each model family."""
