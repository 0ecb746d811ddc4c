package stream

// Err returns why the link is of no use any more, nil while it is.
func (c *conn) Err() error {
	select {
	case <-c.down:
		return c.downErr
	default:
		return nil
	}
}
