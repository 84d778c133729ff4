"""Beat metrics: motion beats, their alignment with the music, and the level of chance."""
