"""Integrate-and-fire against its closed form; Hodgkin–Huxley against scipy and its own bounds."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from principles.intelligence import energy
from principles.intelligence import hodgkin_huxley as hh
from principles.intelligence import membrane as lif

SQUID = hh.Membrane()


def spike(membrane=SQUID, size=20.0, step=0.02, duration=12.0):
    return hh.simulate(membrane, hh.pulse(size=size, start=1, length=1, duration=duration, step=step), step=step)


@pytest.mark.parametrize("drive", [16.5, 20.0, 40.0])
@pytest.mark.parametrize("step", [0.1, 7.3])
def test_simulated_intervals_equal_the_closed_form_whatever_the_step(drive, step):
    cell = lif.Cell()
    run = lif.simulate(cell, np.full(int(600 / step), drive), step=step)
    assert len(run.spikes) > 4
    np.testing.assert_allclose(1000 / np.diff(run.spikes), lif.rate(cell, np.array([drive]))[0], rtol=1e-9)


def test_below_threshold_the_cell_follows_the_exponential():
    cell = lif.Cell()
    run = lif.simulate(cell, np.full(100, 10.0), step=1.0)
    np.testing.assert_allclose(run.voltage, cell.rest + 10 * (1 - np.exp(-run.time / cell.time_constant)), rtol=1e-12)
    assert run.spikes.size == 0


def test_integrate_and_fire_agrees_with_solve_ivp_under_a_varying_drive():
    cell = lif.Cell()
    drive = 10 + 5 * np.sin(np.arange(100) / 5.0)
    run = lif.simulate(cell, drive, step=0.5)
    peer = solve_ivp(
        lambda t, V: (cell.rest - V + drive[min(int(t / 0.5 + 1e-9), 99)]) / cell.time_constant,
        (0, 50), [cell.rest], t_eval=run.time[:-1], max_step=0.25, rtol=1e-8, atol=1e-8,
    )  # fmt: skip
    np.testing.assert_allclose(run.voltage[:-1], peer.y[0], atol=1e-2)


def test_a_spike_at_the_very_end_of_a_step_belongs_to_it():
    cell, step = lif.Cell(time_constant=1.0), float(np.log(2))  # a drive of 32 makes half of the way in this time
    run = lif.simulate(cell, np.array([32.0]), step=step)
    assert (run.spikes.tolist(), run.voltage.tolist()) == ([step], [cell.reset])


def test_a_drive_that_just_reaches_the_threshold_never_fires():
    run = lif.simulate(lif.Cell(), np.full(50, 16.0), step=1.0)
    assert run.spikes.size == 0
    assert run.voltage.max() < -54


def test_the_rate_is_zero_up_to_the_threshold_and_follows_the_formula_above():
    rates = lif.rate(lif.Cell(), np.array([-5.0, 10.0, 16.0, 17.0, 200.0]))
    above = [1000 / (2 + 20 * np.log((drive + 5) / (drive - 16))) for drive in (17, 200)]
    np.testing.assert_allclose(rates, [0, 0, 0, *above])


def test_the_gates_and_currents_agree_with_scipy_along_a_whole_spike():
    trace = spike(step=0.01, duration=7.0)
    state = [trace.voltage[0], trace.n[0], trace.m[0], trace.h[0]]
    for start, end, current in ((0, 1, 0.0), (1, 2, 20.0), (2, 7, 0.0)):
        times = trace.time[(trace.time >= start - 1e-9) & (trace.time <= end + 1e-9)]
        peer = solve_ivp(
            lambda t, s, I=current: hh.slope(SQUID, s, I), (start, end), state, t_eval=np.clip(times, start, end), method="LSODA",
            rtol=1e-9, atol=1e-9,
        )  # fmt: skip
        near = np.searchsorted(trace.time, times - 1e-9)
        np.testing.assert_allclose(trace.voltage[near], peer.y[0], atol=2e-4)
        state = peer.y[:, -1]


def test_runge_kutta_has_order_four():
    reference = spike(step=0.005, duration=4.0).voltage[-1]
    steps = np.array([0.04, 0.02, 0.01])
    errors = [abs(spike(step=s, duration=4.0).voltage[-1] - reference) for s in steps]
    slope = np.polyfit(np.log(steps), np.log(errors), 1)[0]
    assert slope == pytest.approx(4, abs=0.2)


@pytest.mark.parametrize(("v", "expected"), [(0.0, (0.3177, 0.0529, 0.5961))])
def test_resting_gates_are_those_of_the_textbooks(v, expected):
    assert np.round([a / (a + b) for a, b in hh.rates(v)], 4).tolist() == list(expected)


@pytest.mark.parametrize("v", [10.0, 25.0])
def test_rates_are_smooth_where_the_formula_is_0_over_0(v):
    gate, least = (0, 0.1) if v == 10 else (1, 1.0)
    assert hh.rates(v)[gate][0] == least
    for x in (-9e-6, 9e-6):  # on both sides of x = 0, x / (exp(x) - 1) = 1 - x / 2 up to x² / 12
        assert hh.rates(v - x)[gate][0] == pytest.approx(least * (1 - x / 20), rel=1e-12)


@pytest.mark.parametrize("V", [-40.0, -20.5, 3.0, 60.0])  # displacement, depolarisation negative
def test_in_the_sign_convention_of_1952_the_rates_read_as_printed_there(V):
    printed = [
        (0.01 * (V + 10) / (np.exp((V + 10) / 10) - 1), 0.125 * np.exp(V / 80)),
        (0.1 * (V + 25) / (np.exp((V + 25) / 10) - 1), 4 * np.exp(V / 18)),
        (0.07 * np.exp(V / 20), 1 / (np.exp((V + 30) / 10) + 1)),
    ]
    np.testing.assert_allclose(hh.rates(-V), printed, rtol=1e-12)


def test_settled_gates_stay_and_others_move_faster_in_the_warm():
    cold, warm = hh.Membrane(capacitance=2.0), hh.Membrane(capacitance=2.0, temperature=16.3)
    assert hh.slope(cold, (-40.0, *hh.settled(cold, -40.0)), 0.0)[1:] == pytest.approx((0, 0, 0), abs=1e-15)
    state = (-40.0, 0.5, 0.25, 0.4)
    ions = [120 * 0.25**3 * 0.4 * (-40 - 45), 36 * 0.5**4 * (-40 + 82), 0.3 * (-40 + 59.387)]
    assert hh.currents(cold, *state) == pytest.approx(ions)
    for membrane, speed in ((cold, 1), (warm, 3)):
        gates = [speed * (α * (1 - gate) - β * gate) for (α, β), gate in zip(hh.rates(30.0), state[1:])]
        assert hh.slope(membrane, state, 7.0) == pytest.approx(((7 - sum(ions)) / 2, *gates))


def test_a_pulse_lasts_from_its_start_to_its_end_in_whole_steps():
    current = hh.pulse(size=3, start=0.2, length=0.3, duration=1.0, step=0.1)
    assert current.tolist() == [0, 0, 3, 3, 3, 0, 0, 0, 0, 0]


def test_sodium_counts_beyond_its_leak_at_rest_and_against_the_least_charge_by_hand():
    membrane = hh.Membrane(sodium=10.0, capacitance=2.0)
    trace = hh.Trace(np.array([0.0, 1.0, 3.0]), np.array([-55.0, -65.0, 5.0]), np.zeros(3), np.array([0.5, 1, 1]), np.ones(3))
    inward = np.array([10 * 100 / 8, 10 * 110, 10 * 40])  # sodium pulls towards +45 mV
    charge = (inward[1] - 125) / 2 + 2 * (inward[1] - 125 + inward[2] - 125) / 2
    assert hh.sodium_charge(membrane, trace) == pytest.approx(charge)
    assert hh.overlap(membrane, trace) == pytest.approx(charge / (2 * 60))


@pytest.mark.parametrize("rest", [-70.0, -65.0, 0.0])
def test_the_leak_is_tuned_so_that_currents_cancel_at_rest(rest):
    membrane = hh.Membrane(rest=rest)
    V = hh.resting_potential(membrane)
    assert pytest.approx(rest, abs=0.01) == V
    assert sum(hh.currents(membrane, V, *hh.settled(membrane, V))) == pytest.approx(0, abs=1e-8)


@pytest.mark.parametrize("size", [3.0, 10.0, 300.0])
def test_after_the_push_the_voltage_stays_between_the_potassium_and_the_sodium_potential(size):
    trace = spike(size=size, step=0.04)
    sodium, potassium, _ = SQUID.reversal
    assert trace.voltage.min() > potassium
    free = trace.time > 2.0
    at_release = trace.voltage[~free][-1]
    assert trace.voltage[free].max() <= max(sodium, at_release)


def test_a_spike_is_all_or_none():
    nearly, just, amply = (spike(size=size, step=0.04, duration=7.0).voltage.max() for size in (6.8, 7.0, 20.0))
    assert nearly < -60
    assert just > 25
    assert amply - just < 10


def test_the_sodium_of_a_spike_is_four_times_the_least_at_the_temperature_of_hodgkins_axons():
    warm = hh.Membrane(temperature=18.5)
    assert hh.overlap(warm, spike(warm, step=0.05, duration=25.0)) == pytest.approx(4, rel=0.02)


def test_the_charge_that_flows_is_what_was_injected_less_what_the_membrane_keeps():
    trace = spike(duration=7.0)
    ions = sum(hh.currents(SQUID, trace.voltage, trace.n, trace.m, trace.h))
    kept = SQUID.capacitance * (trace.voltage[-1] - trace.voltage[0])
    assert np.trapezoid(ions, trace.time) == pytest.approx(20.0 * 1.0 - kept, abs=0.05)


def test_energy_shares_and_the_oxygen_figure_of_the_same_paper_agree():
    assert energy.oxygen_for_one_more_spike(energy.Budget()) == pytest.approx(145, rel=0.02)


def test_the_geometry_gives_the_share_that_the_paper_assigns_to_the_travelling_spike():
    area = energy.membrane_area(((25e-4, 25e-4, 1.0), (0.3e-4, 4.0, 1.0), (0.9e-4, 0.447, 0.5)))
    assert energy.spike_atp(area=area, height=0.1, overlap=4) == pytest.approx(energy.Budget().propagation, rel=0.02)


def test_molecules_are_neither_lost_nor_made():
    budget, mole = energy.Budget(), energy.AVOGADRO
    supply = energy.supply_for(budget, np.array([0.0, 2.5]))
    needed = 60 * budget.density * (budget.resting + np.array([0.0, 2.5]) * budget.per_spike)  # ATP a gram and minute
    np.testing.assert_allclose(supply * 1e-6 * mole, needed)
    oxygen = energy.oxygen_for_one_more_spike(budget) / 22.4e3  # moles a 100 g and hour, each good for six ATP
    assert 6 * oxygen * mole == pytest.approx(budget.per_spike * budget.density * 100 * 3600)
    assert energy.oxygen_for_one_more_spike(budget, atp_per_oxygen=3.0) / 22.4e3 == pytest.approx(2 * oxygen)
    pumped = 3 * energy.ELEMENTARY_CHARGE * energy.spike_atp(area=2.0, height=0.05, overlap=4)
    assert pumped == pytest.approx(4 * 1e-6 * 2 * 0.05)
    assert energy.membrane_area(((2, 3, 0.5), (1, 1, 1))) == pytest.approx(np.pi * (2 * 3 * 0.5 + 1))


def test_a_supply_that_just_covers_the_resting_cost_pays_for_no_spike():
    each = 30 * 1e-6 * energy.AVOGADRO / 60 / 9.2e7
    assert energy.affordable_rate(energy.Budget(total=2 * each, resting_share=0.5), 30) == 0


def test_thirty_micromoles_pay_for_four_hertz():
    assert energy.affordable_rate(energy.Budget(), 30.0) == pytest.approx(4.0, rel=0.02)


def test_supply_and_affordable_rate_are_inverse():
    budget = energy.Budget()
    rates = np.array([0.5, 4.0, 30.0])
    back = [energy.affordable_rate(budget, float(supply)) for supply in energy.supply_for(budget, rates)]
    np.testing.assert_allclose(back, rates)


def test_nernst_gives_the_batteries_of_the_squid_axon():
    sodium = hh.nernst(outside=440, inside=50, temperature=6.3)
    potassium = hh.nernst(outside=20, inside=400, temperature=6.3)
    assert sodium == pytest.approx(52.4, abs=0.1)
    assert sodium - potassium == pytest.approx(127, abs=4)  # 115 + 12 in the model
    assert hh.nernst(outside=np.e, inside=1, temperature=37) == pytest.approx(26.73, abs=0.01)  # kT/e


def test_four_centimetres_of_axon_a_neuron_are_four_kilometres_a_cubic_millimetre():
    assert energy.wiring(energy.Budget(), axon=4) == pytest.approx(3.68)


BAD = [
    (lambda: hh.nernst(outside=0.0, inside=1.0, temperature=20.0), "outside must be above 0.0"),
    (lambda: hh.simulate(SQUID, np.zeros(3), step=0.5), "step must be at most 0.05"),
    (lambda: hh.simulate(SQUID, np.array([np.nan]), step=0.01), "current must be finite"),
    (lambda: lif.simulate(lif.Cell(), np.zeros(3), step=0.0), "step must be above 0.0"),
    (lambda: energy.affordable_rate(energy.Budget(), 1.0), "supply must cover the resting cost"),
    (lambda: energy.spike_atp(area=-1.0, height=0.1, overlap=4), "area must be above 0.0"),
    (lambda: energy.membrane_area(((1.0, -1.0, 1.0),)), "parts: length must be above 0.0"),
    (lambda: energy.supply_for(energy.Budget(), np.array([-4.0])), "rate must not be negative; got -4"),
    (lambda: energy.Budget(resting_share=1.3), "resting_share must be at most 1.0"),
    (lambda: hh.Membrane(capacitance=0.0), "capacitance must be above 0.0"),
    (lambda: hh.pulse(size=1.0, start=0.0, length=1.0, duration=1.0, step=0.0), "step must be above 0.0"),
    (lambda: lif.Cell(reset=-50.0), "reset must be below -54.0"),
    (lambda: hh.pulse(size=1.0, start=0.0, length=1.0, duration=1e12, step=0.5), "duration / step must be .* at most 10000000"),
    (lambda: lif.simulate(lif.Cell(), np.full(3, 20.0), step=1e300), "the run must have at most 100000 spikes; got step 1e"),
]


@pytest.mark.parametrize(("call", "message"), BAD, ids=[m for _, m in BAD])
def test_bad_input_is_named(call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call()
