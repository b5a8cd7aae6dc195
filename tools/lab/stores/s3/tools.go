//go:build tools

// Package tools pins the store, so that `go build` makes it from the module's sources.
package tools

import _ "github.com/versity/versitygw/cmd/versitygw"
