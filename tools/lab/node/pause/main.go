// Command pause holds namespaces open until it is told to leave, and reaps whatever is orphaned in them: the
// first process of every pod and, with -announced, of the lab itself. That one says that it is there and goes
// on only after a line on stdin: if the starter died before it wrote down what it started, nothing is left behind.
package main

import (
	"bufio"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGCHLD)
	if len(os.Args) > 1 && os.Args[1] == "-announced" {
		os.Stdout.WriteString("here\n")
		if _, err := bufio.NewReader(os.Stdin).ReadString('\n'); err != nil {
			os.Exit(1)
		}
	}
	for received := range signals {
		if received != syscall.SIGCHLD {
			return
		}
		for {
			if pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); err != nil || pid <= 0 {
				break
			}
		}
	}
}
