"""The maker that draws dances out of noise, and can change the ones it is given."""
