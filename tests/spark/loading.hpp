// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/yaml.hpp"
#include "core/spark/values.hpp"
#include "tests/support/catch.hpp"

#include <string>
#include <vector>

namespace kspark::test {

struct File {
    std::string name, text;
};

/// Loads texts as files of -f.
inline core::Result<spark::Inputs>
load(const std::vector<File>& files, spark::InputOptions options = {},
     const core::Environment& environment = core::Environment()) {
    std::vector<data::Document> documents;
    for (const File& file : files) {
        options.files.push_back(file.name);
        auto read = data::parse_documents(file.name, file.text);
        if (!read) return std::move(read).error();
        for (auto& document : *read) documents.push_back(std::move(document));
    }
    return spark::load_documents(std::move(documents), options, environment);
}

inline std::string problem(const core::Result<spark::Inputs>& inputs) {
    if (inputs) return "(no error)";
    CHECK(inputs.error().code == core::Code::Invalid);
    std::string text = inputs.error().message;
    for (const auto& detail : inputs.error().details) text += "\n" + detail;
    return text;
}

/// What a stream needs besides its name.
inline const std::string kBase = "spark: {version: '3.5.3', image: 'reg/app:1'}\n"
                                 "applicationFile: local:///app.jar\n";

/// A value of the first object, as JSON.
inline std::string at(const core::Result<spark::Inputs>& inputs,
                      const std::vector<std::string_view>& path, std::size_t index = 0) {
    if (!inputs) return problem(inputs);
    const auto* value = data::find(inputs->manifests.at(index).object, path);
    return value ? data::dump_json(*value) : "(absent)";
}

} // namespace kspark::test
