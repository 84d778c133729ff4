"""The diffusion model: samples dances from noise, and inpaints edits and key poses."""
