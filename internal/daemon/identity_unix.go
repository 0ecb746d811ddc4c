//go:build unix

package daemon

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// Become has the whole process run as a user and a group from now on, for good: its
// groups are those of the user, the first of them group, if that is not "". Both are
// names or numbers. Only root can do it, but for who it is already. files, which the
// process has open and goes on with, become the user's.
func Become(name, group string, files ...*os.File) error {
	uid, gids, err := identify(name, group)
	if err != nil {
		return fmt.Errorf("daemon: %w", err)
	}
	if os.Geteuid() == uid && os.Getegid() == gids[0] {
		return nil
	}
	if os.Geteuid() != 0 {
		return fmt.Errorf("daemon: only root can become the user %.80q: start it as root, or as that user", name)
	}
	for _, f := range files {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			if err := f.Chown(uid, gids[0]); err != nil {
				return fmt.Errorf("daemon: %w", err)
			}
		}
	}
	// The user comes last, for only root can do the others.
	if err := errors.Join(syscall.Setgroups(gids), syscall.Setgid(gids[0]), syscall.Setuid(uid)); err != nil {
		return fmt.Errorf("daemon: become the user %.80q: %w", name, err)
	}
	return nil
}

// identify returns the numbers of a user and its groups.
func identify(name, group string) (uid int, gids []int, err error) {
	u, err := user.Lookup(name)
	if _, notNumber := strconv.Atoi(name); err != nil && notNumber == nil {
		u, err = user.LookupId(name)
	}
	if err != nil {
		return 0, nil, fmt.Errorf("there is no user %.80q: %w", name, err)
	}
	texts := []string{u.Gid}
	if group != "" {
		g, err := user.LookupGroup(group)
		if _, notNumber := strconv.Atoi(group); err != nil && notNumber == nil {
			g, err = user.LookupGroupId(group)
		}
		if err != nil {
			return 0, nil, fmt.Errorf("there is no group %.80q: %w", group, err)
		}
		texts[0] = g.Gid
	}
	more, err := u.GroupIds()
	if err != nil {
		return 0, nil, fmt.Errorf("the groups of %.80q are not known: %w", name, err)
	}
	for _, text := range append(texts, more...) {
		gid, err := strconv.Atoi(text)
		if err != nil {
			return 0, nil, err
		}
		if !slices.Contains(gids, gid) {
			gids = append(gids, gid)
		}
	}
	uid, err = strconv.Atoi(u.Uid)
	return uid, gids, err
}

// Keep reports whether the process can remove the file when it ends, and write the state
// beside it: not where it has become another user since it made it.
func (p *PidFile) Keep() error {
	if err := unix.Access(filepath.Dir(p.name), unix.W_OK|unix.X_OK); err != nil {
		return fmt.Errorf("daemon: the folder of %s is not its user's to write in: %w", p.name, err)
	}
	return nil
}
