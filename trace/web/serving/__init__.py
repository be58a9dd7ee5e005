"""How requests come in: the server, the ASGI door, the bridge to Flask."""
