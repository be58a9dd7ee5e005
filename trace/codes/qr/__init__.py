"""QR symbols: one at a time by `qrcode`, many at a time by tables."""
