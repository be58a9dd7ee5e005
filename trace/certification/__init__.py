"""Green food, organic food, geographical indications: certificates, their review, what may be claimed by them."""
