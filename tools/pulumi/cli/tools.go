//go:build tools

// Package tools pins the Pulumi CLI, so that `go build` makes it from the module's sources.
package tools

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
