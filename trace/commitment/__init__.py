"""Commitment certificates (承诺达标合格证): their forms, their issue, their paper."""
