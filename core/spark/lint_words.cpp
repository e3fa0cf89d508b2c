// SPDX-License-Identifier: Apache-2.0
// What several rules want to know of an application, found by the words that people use.
#include "core/base/text.hpp"
#include "core/spark/lint_rules.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace kspark::spark::lint {
namespace {

using data::Json;

bool tells_of_stream(std::string_view text) {
    const std::string lower = core::lower(text);
    for (const std::string_view word :
         {"stream", "checkpoint", "kafka", "kinesis", "pulsar", "topic", "trigger"})
        if (lower.find(word) != lower.npos) return true;
    return false;
}

void add_part(const Subject& subject, data::Path path, std::vector<PodPart>& parts) {
    const Json* value = data::find(subject.spec(), {path.begin(), path.end()});
    if (value != nullptr) parts.push_back({std::move(path), value});
}

} // namespace

bool is_template(std::string_view text) {
    return text.find("${") != text.npos || text.find("{{") != text.npos;
}

bool is_stream(const Subject& subject) {
    if (!subject.manifest->stream.empty()) return true;
    for (const char* field : {"mainClass", "mainApplicationFile", "jars", "pyFiles"})
        if (tells_of_stream(subject.text({field}))) return true;
    if (tells_of_stream(subject.name)) return true;
    for (const char* field : {"arguments", "driverArgs", "sparkConf"})
        if (const Json* value = data::find(subject.spec(), {field}))
            if (tells_of_stream(data::dump_json(*value))) return true;
    return false;
}

std::vector<PodPart> maps_of_pods(const Subject& subject, std::string_view kubeflow_field,
                                  const data::Path& template_path) {
    std::vector<PodPart> parts;
    for (const std::string role : {"driver", "executor"}) {
        data::Path in_template = subject.is_kubeflow ? data::Path{role, "template"}
                                                     : data::Path{role + "Spec", "podTemplateSpec"};
        in_template.insert(in_template.end(), template_path.begin(), template_path.end());
        if (subject.is_kubeflow) add_part(subject, {role, std::string(kubeflow_field)}, parts);
        add_part(subject, std::move(in_template), parts);
    }
    return parts;
}

std::vector<int> version_numbers(std::string_view text) {
    std::vector<int> numbers;
    const char *at = text.data(), *const end = at + text.size();
    while (at != end) {
        int number = 0;
        const auto [stop, error] = std::from_chars(at, end, number);
        if (error != std::errc()) break;
        numbers.push_back(number);
        if (stop == end || *stop != '.') break;
        at = stop + 1;
    }
    return numbers;
}

} // namespace kspark::spark::lint
