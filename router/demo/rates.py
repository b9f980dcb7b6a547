"""The rate table `synthetic-us-v1`: invented prices, no carrier's tariff.

Carrier tariffs may not be redistributed, so the demonstration has a table of its own in
the shape of a US parcel carrier's: eight zones by distance, a base and a price for each
started 500 g, a fuel surcharge and a residential surcharge. Every cost that comes from
it is called synthetic wherever it is shown.
"""

from allocation.network import Lane

NAME = "synthetic-us-v1"
NOTICE = "invented prices, no carrier's tariff"

# Zone: reach in km (0 = no limit), base, price of a started 500 g, ground transit days.
# Zone 9 of the table (territories, military) has no destination in the demonstration.
ZONES = (
    (1, 80, 610, 18, 1),
    (2, 240, 640, 22, 1),
    (3, 480, 675, 28, 2),
    (4, 965, 715, 36, 3),
    (5, 1610, 760, 47, 4),
    (6, 2250, 805, 59, 4),
    (7, 2900, 850, 71, 5),
    (8, 0, 900, 85, 5),
)

# Service: factors on base and step in tenths, fixed transit days (0 = by zone).
SERVICES = (("GROUND", 10, 10, 0), ("TWO_DAY", 20, 24, 2), ("NEXT_DAY", 32, 38, 1))

STEP_G = 500
FUEL_BPS = 800
RESIDENTIAL_MINOR = 95
VOLUME_DIVISOR = 5


def lanes() -> tuple[Lane, ...]:
    """One lane for each service and zone, for every node. US cents."""
    return tuple(
        Lane(
            lane_id=f"{NAME}-{service.lower().replace('_', '-')}-{zone}",
            service=service,
            zone=zone,
            distance_km_max=reach_km,
            base_minor=_tenths(base, base_tenths),
            step_minor=_tenths(step, step_tenths),
            step_g=STEP_G,
            transit_days=fixed_days or ground_days,
            fuel_bps=FUEL_BPS,
            residential_minor=RESIDENTIAL_MINOR,
            volume_divisor=VOLUME_DIVISOR,
        )
        for service, base_tenths, step_tenths, fixed_days in SERVICES
        for zone, reach_km, base, step, ground_days in ZONES
    )


def _tenths(minor: int, tenths: int) -> int:
    """A share of a price, rounded half up to a cent."""
    return (minor * tenths + 5) // 10
