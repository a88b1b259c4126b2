"""Special regimes: each module says how its texts depart from the general clock."""
