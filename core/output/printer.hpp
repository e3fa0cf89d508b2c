// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/json.hpp"
#include "core/output/table.hpp"

namespace kspark::output {

/// What -o says.
struct Format {
    enum class Kind { Table, Wide, Json, Yaml, Name, Jsonpath };
    Kind kind = Kind::Table;
    std::string expression = {}; ///< of jsonpath
};
/// Parses the value of -o; empty is Table. Usage error that lists what there is, also for
/// kubectl's formats that are not here (go-template, custom-columns).
core::Result<Format> parse_format(std::string_view text);

/// Prints Kubernetes objects in every format but the tables: one object as itself, several (or
/// as_list) as a v1 List. managedFields are left out. Name:
/// "sparkapplication.sparkoperator.k8s.io/x".
core::Status print_objects(Stream& out, const Format& format,
                           const std::vector<data::Json>& objects, bool as_list);

} // namespace kspark::output
