CREATE TABLE followers (
	served  TEXT NOT NULL, -- the address that is followed, alice@tweeter.localhost
	contact TEXT NOT NULL, -- the bare JID of who follows it
	PRIMARY KEY (served, contact)
) STRICT, WITHOUT ROWID;
