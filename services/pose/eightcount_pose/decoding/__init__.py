"""Decoded frames as YUV planes, and the networks' inputs cut out of them."""
