"""What listsync remembers: SQLModel tables over SQLite; rows never leave this package."""
