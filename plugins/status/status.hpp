// SPDX-License-Identifier: Apache-2.0
// kubectl spark status: the fleet, one line per application with a verdict, or one application and
// why it is stuck.
#pragma once

#include "core/cli/command.hpp"
#include "core/output/printer.hpp"
#include "core/spark/diagnosis.hpp"
#include "core/spark/inputs.hpp"

#include <memory>

namespace kspark::status {

struct Options {
    std::vector<std::string> names;
    spark::InputOptions inputs;
    bool all_namespaces = false;
    std::string selector, field_selector, sort_by;
    std::vector<std::string> label_columns;
    bool show_labels = false;
    bool watch = false;
    output::Format format;
    bool no_headers = false;
    bool ignore_not_found = false;
    bool progress = true; ///< ask the drivers how their streams are
    spark::StreamLimits limits;
    bool exit_code = false;
};

/// One application in full.
struct Detail {
    spark::Facts facts;
    std::vector<spark::Verdict> causes; ///< the most telling first; none: it is healthy
    std::vector<std::string> missing;   ///< what could not be read
};

struct Outcome {
    output::Format format;
    output::Table fleet;                                    ///< without NAMEs
    std::string name_space;                                 ///< that was looked at; empty: all
    std::vector<Detail> details;                            ///< with NAMEs
    output::Table companions;                               ///< schedules and servers
    std::vector<std::string> pages;                         ///< the same, with NAMEs
    std::vector<core::Error> errors;                        ///< of single NAMEs
    std::shared_ptr<const std::vector<data::Json>> objects; ///< for -o json and the like
    std::size_t unasked = 0; ///< running ones whose drivers were not asked
    bool bad = false;        ///< an application has a bad verdict
    bool differs = false;    ///< the cluster is not what the file says
    bool watched = false;    ///< all was said while it ran
};

void declare(core::Flags& flags, Options& options);
core::Result<Outcome> run(core::Context& context, const Options& options);
core::Status print(core::Context& context, const Options& options, const Outcome& outcome);
core::Command make();

} // namespace kspark::status
