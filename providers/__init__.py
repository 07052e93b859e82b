"""Every conversation with the outside world: list services, media servers, notifiers."""
