package models

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// A Store is the database. Its path is a file's, or ":memory:" for one that is gone
// with the process. Open comes first and Close last; between them any number of
// goroutines may use it.
type Store struct {
	Path string

	db *sql.DB
}

//go:embed migrations/*.sql
var migrations embed.FS

// Open opens the database, makes it if it is not there, and brings its tables up to
// date.
func (s *Store) Open(ctx context.Context) error {
	// What was committed is on the disk (synchronous), and a transaction that begins
	// may write (immediate), so that none fails halfway for another's sake.
	db, err := sql.Open("sqlite", "file:"+s.Path+"?_txlock=immediate&_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	if err != nil {
		return fmt.Errorf("models: %w", err)
	}
	// One connection: SQLite has one writer, and memory one owner.
	db.SetMaxOpenConns(1)
	s.db = db
	if err := s.migrate(ctx); err != nil {
		return errors.Join(fmt.Errorf("models: database %s: %w", s.Path, err), db.Close())
	}
	return nil
}

// Close closes the database.
func (s *Store) Close() error { return s.db.Close() }

// migrate runs the migrations that the database has not seen, in the order of their
// names, each whole or not at all. Its user_version is how many it has.
func (s *Store) migrate(ctx context.Context) error {
	files, err := fs.Glob(migrations, "migrations/*.sql") // sorted
	if err != nil {
		return err
	}
	var version int
	if err := s.db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if version > len(files) {
		return fmt.Errorf("it is of a newer tweeter: it has %d migrations, and there are %d", version, len(files))
	}
	for i, file := range files[version:] {
		text, err := migrations.ReadFile(file)
		if err != nil {
			return err
		}
		if err := s.transact(ctx, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, fmt.Sprintf("%s;\nPRAGMA user_version = %d", text, version+i+1))
			return err
		}); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	return nil
}

// transact runs do in a transaction: all of it happens, or nothing.
func (s *Store) transact(ctx context.Context, do func(tx *sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // which does nothing behind a Commit
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// one maps that there is no row to a reply.
func one(err, otherwise error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return otherwise
	}
	return err
}
