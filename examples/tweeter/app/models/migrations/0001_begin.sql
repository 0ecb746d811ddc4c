CREATE TABLE tweeters (
	name    TEXT PRIMARY KEY,
	address TEXT NOT NULL UNIQUE, -- the bare JID of who it is
	fn      TEXT NOT NULL DEFAULT '',
	url     TEXT NOT NULL DEFAULT '',
	about   TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE tweets (
	id      INTEGER PRIMARY KEY AUTOINCREMENT, -- an id is never given again
	author  TEXT NOT NULL REFERENCES tweeters (name) ON DELETE CASCADE,
	text    TEXT NOT NULL,
	posted  INTEGER NOT NULL, -- milliseconds since 1970
	changed INTEGER NOT NULL
) STRICT;

CREATE INDEX tweets_by_author ON tweets (author, id);
