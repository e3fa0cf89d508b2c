// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/cli/command.hpp"
#include "core/spark/lint.hpp"
#include "core/spark/manifest.hpp"

namespace kspark::render {

struct Options {
    spark::InputOptions inputs;
    std::string output; ///< "yaml" (also when empty), "json"
    std::string output_dir;
    bool check = false;
    std::string crd_version;
    std::vector<std::string> disabled; ///< rules that are not looked at
    bool strict = false;
    bool quota = false;
    std::vector<std::string> reports;      ///< "junit=FILE", ...
    std::string chart;                     ///< directory or name of a Helm chart
    std::vector<std::string> spark_submit; ///< a spark-submit command line
};

struct Outcome {
    spark::Inputs inputs;
    std::vector<spark::Finding> findings; ///< of --check
    std::string needs;                    ///< of --quota: what the file asks for, as a table
};

void declare(core::Flags& flags, Options& options);
/// With --check, input that cannot be rendered is a finding, too.
core::Result<Outcome> run(core::Context& context, const Options& options);
core::Status print(core::Context& context, const Options& options, const Outcome& outcome);
core::Command make();

} // namespace kspark::render
