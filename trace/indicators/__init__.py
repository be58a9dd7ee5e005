"""The bureau's figures: certificates counted against their targets, frozen reports, rewards."""
