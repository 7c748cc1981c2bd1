// A client that does what the AWS SDK for Go v2 can do under load: the body of a request is closed as soon as the
// headers of the answer have come, while net/http is still in the write of that body.  net/http takes the closed
// body for a failed write and closes the connection; what of the answer has not been read by then is lost.
//
// Arguments: the endpoint and the number of calls.  It prints each call whose answer could not be read.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// patience is how long the write waits for the headers, and the reader for the end of the connection.
const patience = 2 * time.Second

// attempt is one call: what its body, its connection and its reader tell one another.
type attempt struct {
	closeOnce, endOnce sync.Once
	bodyClosed, ended  chan struct{}
}

func newAttempt() *attempt {
	return &attempt{bodyClosed: make(chan struct{}), ended: make(chan struct{})}
}

// body reads from a text, and fails once it is closed, as a file does.
type body struct {
	text io.Reader
	of   *attempt
}

func (b *body) Read(p []byte) (int, error) {
	select {
	case <-b.of.bodyClosed:
		return 0, errors.New("read of a closed body")
	default:
		return b.text.Read(p)
	}
}

func (b *body) Close() error {
	b.of.closeOnce.Do(func() { close(b.of.bodyClosed) })
	return nil
}

// slow is a connection whose write of a body returns only after the headers of the answer have come.
type slow struct {
	net.Conn
	of *attempt
}

func (c *slow) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	if strings.HasPrefix(string(p), "{") {
		select {
		case <-c.of.bodyClosed:
		case <-time.After(patience):
		}
	}
	return n, err
}

func (c *slow) Close() error {
	err := c.Conn.Close()
	c.of.endOnce.Do(func() { close(c.of.ended) })
	return err
}

func call(endpoint string, number int) error {
	of := newAttempt()
	transport := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
		return &slow{conn, of}, err
	}}
	defer transport.CloseIdleConnections()
	text := fmt.Sprintf(`{"connectionName": "go-%d", "location": "EqDC2", "bandwidth": "1Gbps"}`, number)
	request, err := http.NewRequest("POST", endpoint, &body{strings.NewReader(text), of})
	if err != nil {
		return err
	}
	request.ContentLength = int64(len(text))
	request.Header.Set("X-Amz-Target", "OvertureService.CreateConnection")
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	answer, err := transport.RoundTrip(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	request.Body.Close()
	select {
	case <-of.ended:
	case <-time.After(patience):
		return errors.New("net/http did not close the connection: this client shows nothing any more")
	}
	content, err := io.ReadAll(answer.Body)
	if err == nil && (answer.StatusCode != 200 || !strings.Contains(string(content), "connectionId")) {
		err = fmt.Errorf("status %d: %s", answer.StatusCode, content)
	}
	return err
}

func main() {
	count, err := strconv.Atoi(os.Args[2])
	if err != nil {
		panic(err)
	}
	for number := 0; number < count; number++ {
		if err := call(os.Args[1], number); err != nil {
			fmt.Printf("call %d: %v\n", number, err)
		}
	}
}
