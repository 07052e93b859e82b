"""The demonstration: an embedded media server and a guided tour of listsync against it."""
