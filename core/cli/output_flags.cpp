// SPDX-License-Identifier: Apache-2.0
// The value of -o is judged where the line is read: before a server is asked for what could then
// not be printed.
#include "core/cli/output_flags.hpp"

namespace kspark::core {

Flag& declare_output(Flags& flags, output::Format& format, bool tables) {
    Flag& flag = flags.add("-o,--output", "FORMAT",
                           tables ? "table, wide, json, yaml, name, jsonpath=, jsonpath-as-json=, "
                                    "jsonpath-file=, custom-columns= or custom-columns-file="
                                  : "print the objects: json, yaml, name, jsonpath=, "
                                    "jsonpath-as-json=, jsonpath-file=, custom-columns= or "
                                    "custom-columns-file=",
                           [&format](const std::string& word) -> Status {
                               KSPARK_ASSIGN(format, output::parse_format(word));
                               return {};
                           });
    flag.complete = [tables](Context&, const std::string&) { return output::format_words(tables); };
    return flag;
}

} // namespace kspark::core
