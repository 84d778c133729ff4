"""Few-shot styles: an embedding, the clips of each style in it, and a head that is fitted to them."""
