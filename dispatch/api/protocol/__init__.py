"""Every frame that crosses a socket, defined once: schemas, documents and other languages come from here."""
