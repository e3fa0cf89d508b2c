// SPDX-License-Identifier: Apache-2.0
// One declaration of the input flags, so that a command line that renders also submits. --set and
// its kin are not split at commas here: helm's own syntax, which reads the commas itself, is in
// core/spark/set_flags.cpp.
#include "core/cli/input_flags.hpp"

namespace kspark::core {

namespace {

Status set_operator(spark::InputOptions& options, const std::string& word) {
    options.target = word == "apache" ? spark::Operator::Apache : spark::Operator::Kubeflow;
    options.target_given = true;
    return {};
}

} // namespace

void declare_inputs(Flags& flags, spark::InputOptions& options) {
    flags.add("-f,--filename", options.files, "FILE",
              "values file, later ones win over earlier ones; or manifests, directories of them, "
              "or - for standard input");
    flags.add("-R,--recursive", options.recursive, "also read the directories below a directory");
    flags.add("--set", options.set, "KEY=VALUE",
              "set values, as helm does: a.b=c, a[0]=c, a={c,d}; streams[NAME].a=c for one stream",
              false);
    flags.add("--set-string", options.set_string, "KEY=VALUE", "the same, every value a string",
              false);
    flags.add("--set-file", options.set_file, "KEY=FILE", "the same, the value is a file's content",
              false);
    flags.add("--env-subst", options.env_subst, "VAR",
              "replace ${VAR} in the values by this environment variable");
    flags.add("--stream", options.streams, "NAME", "only these streams of the files");
    Flag& target =
        flags.add("--operator", "NAME", "the operator to render for, instead of the file's",
                  [&options](const std::string& word) { return set_operator(options, word); });
    target.shown_default = "kubeflow";
    target.choices = {"kubeflow", "apache"};
}

} // namespace kspark::core
