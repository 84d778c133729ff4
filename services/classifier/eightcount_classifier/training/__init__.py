"""Training of models of styles: what for, judged how, and the whole way to a model."""
