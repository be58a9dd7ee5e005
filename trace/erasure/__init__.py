"""A personal datum is deleted because the person asks for it: from rows, events and files, so that its bytes are nowhere, and every
proof of the public log stays what it was."""
