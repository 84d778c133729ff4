"""When does what happen: alignment of recordings and motions, and the beats of the music."""
