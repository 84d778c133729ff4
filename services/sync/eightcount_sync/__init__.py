"""Alignment of recordings by sound (`audio`) and of motions (`movement`), and the beats of `music`."""
