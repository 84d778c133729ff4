"""Motions from the files of others: BVH, AIST++, and the .npz of Eightcount itself. Pure readers."""
