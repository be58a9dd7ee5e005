"""Telling people what concerns them: which act tells whom, the inbox of each account, and the channels that deliver from it."""
