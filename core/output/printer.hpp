// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/json.hpp"
#include "core/output/table.hpp"

namespace kspark::output {

/// What -o says.
struct Format {
    enum class Kind { Table, Wide, Json, Yaml, Name, Jsonpath, JsonpathAsJson, CustomColumns };
    Kind kind = Kind::Table;
    std::string expression = {}; ///< of JSONPath and custom columns ("NAME:.metadata.name,...")
    bool headers = true;         ///< of custom columns
    bool managed_fields = false; ///< in JSON and YAML, too; templates always find them

    bool is_table() const { return kind == Kind::Table || kind == Kind::Wide; }
    /// Whether managedFields can be seen in what is printed.
    bool shows_managed_fields() const;
};
/// Parses the value of -o and reads the file that it names; empty is Table. Usage error that lists
/// what there is, and for go-template what to use instead.
core::Result<Format> parse_format(std::string_view text);
/// The words of -o, for completion; tables only where there are any.
std::vector<std::string> format_words(bool tables);

/// Prints Kubernetes objects in every format but the tables: one object as itself, several (or
/// as_list) as a v1 List. Name:
/// "sparkapplication.sparkoperator.k8s.io/x".
core::Status print_objects(Stream& out, const Format& format,
                           const std::vector<data::Json>& objects, bool as_list);

} // namespace kspark::output
