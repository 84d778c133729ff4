"""The baseline: DanceRevolution (Huang et al., "Dance Revolution: Long-Term Dance Generation with Music via Curriculum
Learning", ICLR 2021), as its published code has it (github.com/stonyhu/DanceRevolution, `v2`), on our body.

As published: an encoder of transformer layers whose attention is local (100 frames to either side), three stacked
LSTM cells that get the last pose, each the lower one's state of the step before, so that a pose reaches the third cell
two steps late; a pose is a linear function of that cell's state and of the encoder's output of the frame; states begin
at random; 15 poses a second; L1 loss; Adam; and the curriculum: ten given poses, then so many of its own as the epoch
allows, in turns, the gradient cut between a pose that was made and the step that it is fed to.

What differs, and why:

- Poses are the encoding of all our makers and not 25 places in a picture: we make dances in space.
- What is heard is what all our makers hear and not 438 features of the sound. Of recordings without music it is taken
  from their motion, so nothing is learned from music.
- A dance begins with ten poses of a recording, which the seed picks, and not with one built-in pose: so a window of the
  training begins with the ten given poses and not with the made ones, and seeds differ in more than the first states.
- Attention knows how far off a frame is by a number for each head and distance, not by a table of positions that ends:
  music of any length is encoded in pieces, in flat memory, and the pieces are what the whole would be.
- A style is an embedding added to the encoder's input; the published model has one network for three styles and leaves
  the choice to the music. Its first numbers are small: larger ones drown the music and it is never listened to.
- Layers are smaller (`LAPTOP`) so that a processor's core teaches them within half an hour and the file stays small;
  so epochs are fewer, steps larger (1e-3 for 1e-4) and own stretches grow faster, to the same 100 poses at the end. The
  published sizes are `PUBLISHED`.
"""
