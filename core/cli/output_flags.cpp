// SPDX-License-Identifier: Apache-2.0
// The value of -o is judged where the line is read: before a server is asked for what could then
// not be printed.
#include "core/cli/output_flags.hpp"

namespace kspark::core {

void declare_output(Flags& flags, output::Format& format, bool tables) {
    const auto read = [&format](const std::string& word) -> Status {
        const bool managed_fields = format.managed_fields;
        KSPARK_ASSIGN(format, output::parse_format(word));
        format.managed_fields = managed_fields;
        return {};
    };
    flags
        .add("-o,--output", "FORMAT",
             tables ? "table, wide, json, yaml, name, jsonpath=, jsonpath-as-json=, "
                      "jsonpath-file=, custom-columns= or custom-columns-file="
                    : "print the objects: json, yaml, name, jsonpath=, jsonpath-as-json=, "
                      "jsonpath-file=, custom-columns= or custom-columns-file=",
             read)
        .complete = [tables](Context&, const std::string&) { return output::format_words(tables); };
    flags.add("--show-managed-fields", format.managed_fields,
              "with -o json and yaml: metadata.managedFields, too");
}

} // namespace kspark::core
