"""Classification of motions and videos, at once or while they stream in."""
