// Command coredns is CoreDNS with the two plugins that a cluster of one node needs. Fewer plugins: a tenth of the build.
package main

import (
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/kubernetes"

	"github.com/coredns/coredns/coremain"
)

func main() {
	coremain.Run()
}
