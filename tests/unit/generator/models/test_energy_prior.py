"""The mean energy of dances, sampled from that of dancers."""

from __future__ import annotations

import numpy as np
import pytest

from eightcount_generator.models.diffusion.energy_prior import EnergyPrior, fit_energy_prior

CALM, WILD = [np.full(900, level) for level in (0.1, 0.2, 0.3)], [np.full(900, level) for level in (0.7, 0.9)]
MUSIC = 0.5 + 0.3 * np.sin(np.linspace(0, 40, 900))


def test_a_dance_is_as_lively_as_a_dancer_of_its_style() -> None:
    energy_prior = fit_energy_prior([CALM, WILD])
    calmest, liveliest = (energy_prior.energy(MUSIC, style=0, chance=chance).mean() for chance in (0.0, 1.0))
    assert (calmest, liveliest) == pytest.approx((0.1, 0.3), abs=0.01)
    assert energy_prior.energy(MUSIC, style=1, chance=0.5).mean() == pytest.approx(0.8, abs=0.01)


def test_it_follows_its_music_as_far_as_dancers_do() -> None:
    wave = 0.4 + 0.2 * np.sin(np.linspace(0, 30, 900))
    energy = fit_energy_prior([[wave]]).energy(MUSIC, style=0, chance=0.5)
    assert energy.std() == pytest.approx(wave.std(), rel=0.05)
    assert np.corrcoef(energy, MUSIC)[0, 1] > 0.99
    assert fit_energy_prior([[wave]]).energy(np.full(90, 0.5), style=0, chance=0.5).std() == pytest.approx(0, abs=1e-6)


def test_more_energy_is_more_and_there_is_an_end_to_it() -> None:
    energy_prior = fit_energy_prior([WILD])
    plain, more, most = (energy_prior.energy(MUSIC, style=0, chance=0.5, energy_offset=wild) for wild in (0, 0.1, 9))
    assert more.mean() == pytest.approx(plain.mean() + 0.1, abs=0.01)
    assert (most == 1).all()


def test_a_long_recording_has_several_stretches() -> None:
    energy_prior = fit_energy_prior([[np.repeat([0.2, 0.8], 900)]])
    assert energy_prior.levels[0, [0, -1]] == pytest.approx([0.2, 0.8])
    assert energy_prior.spreads[0] == 0


def test_a_style_nobody_danced_is_like_all_others_or_as_it_was_known() -> None:
    assert fit_energy_prior([CALM, []]).levels[1] == pytest.approx(fit_energy_prior([CALM]).levels[0])
    known = fit_energy_prior([CALM, WILD])
    more = fit_energy_prior([WILD, []], known)
    assert more.levels == pytest.approx(known.levels[[1, 1]])
    grown = known.add_styles(2)
    assert (grown.levels.shape, grown.spreads.shape) == ((4, known.levels.shape[1]), (4,))
    assert grown.levels[2] == pytest.approx(known.levels.mean(axis=0))
    assert isinstance(grown, EnergyPrior)
