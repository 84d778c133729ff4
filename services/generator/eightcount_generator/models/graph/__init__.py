"""The motion graph: stitches dances from segments of recordings between motion beats, following the music."""
