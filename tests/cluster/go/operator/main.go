// SPDX-License-Identifier: Apache-2.0
// The Spark operator's controller and webhook commands, as published.
package main

import (
	"os"

	"github.com/spf13/cobra"

	"github.com/kubeflow/spark-operator/v2/cmd/operator/controller"
	"github.com/kubeflow/spark-operator/v2/cmd/operator/webhook"
)

func main() {
	root := &cobra.Command{Use: "spark-operator"}
	root.AddCommand(controller.NewCommand(), webhook.NewCommand())
	if err := root.Execute(); err != nil {
		os.Exit(1)
	}
}
