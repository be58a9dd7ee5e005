"""The root keys and the key lists that they sign: who may say which keys sign codes."""
