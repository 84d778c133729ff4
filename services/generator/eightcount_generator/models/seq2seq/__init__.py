"""The baseline: DanceRevolution (Huang et al., "Dance Revolution: Long-Term Dance Generation with Music via Curriculum
Learning", ICLR 2021) after its published code (github.com/stonyhu/DanceRevolution, `v2`), on our body.

As published: a transformer encoder with local attention (100 frames to either side); three stacked LSTM cells that take
the previous pose, where each cell takes the lower one's state of the previous step, so that a pose reaches the third
cell two steps late; a pose is a linear function of that cell's state and of the encoder's output for the frame; initial
states are random; 15 poses per second; L1 loss; Adam; and the curriculum (scheduled sampling): ten true poses, then a
number of predicted ones that grows with the epoch, in turns, with the gradient cut between a predicted pose and the
step that it is fed to.

Differences, and the reasons:

- Poses are the encoding of all our models and not 25 image positions: we generate dances in space.
- The input is the music features of all our models and not 438 audio features. For recordings without music they are
  derived from the motion, so nothing is learned from music there.
- A dance starts with ten poses of a recording that the seed selects, and not with one built-in pose: so a training
  window starts with the ten true poses, and seeds differ in more than the initial states.
- Attention has a learned number for each head and distance instead of a table of absolute positions: music of any
  length can be encoded in chunks, in constant memory, with the same result as in one piece.
- A style is an embedding that is added to the encoder's input; the published model has one network for three styles and
  leaves the choice to the music. It is initialised with small values: with larger ones the network ignores the music.
- Layers are smaller (`LAPTOP`) so that a training takes half an hour on one core and the file stays small; so there are
  fewer epochs, a higher learning rate (1e-3 instead of 1e-4), and predicted stretches grow faster, to the same 100
  poses at the end. The published sizes are `PUBLISHED`.
"""
