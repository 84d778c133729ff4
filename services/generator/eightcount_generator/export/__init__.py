"""Exports of dances: files for animation software, numpy and video players."""
