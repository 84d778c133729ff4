"""Classification of dance styles, and training of models on new styles."""
