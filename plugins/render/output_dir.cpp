// SPDX-License-Identifier: Apache-2.0
// The directory of --output-dir. The file names are the applications' names, which come from input:
// they are checked before they are used.
#include "plugins/render/output_dir.hpp"

#include "core/data/yaml.hpp"
#include "core/spark/labels.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace kspark::render {

namespace {

namespace fs = std::filesystem;
using core::Code;
using core::Error;

std::string name_of(const data::Json& object) {
    return data::string_at(object, {"metadata", "name"});
}

bool is_file_name(std::string_view name) {
    return !name.empty() && name.front() != '.' && name.size() <= 253 &&
           std::ranges::all_of(name, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
           });
}

core::Status check_names(const spark::Inputs& inputs) {
    std::set<std::string> seen;
    for (const auto& manifest : inputs.manifests) {
        const std::string name = name_of(manifest.object);
        const std::string place = spark::to_text(manifest.locate({"metadata", "name"}));
        if (!is_file_name(name))
            return Error{Code::Invalid,
                         fmt::format("{}: \"{}\" cannot be the name of a file", place, name),
                         {}};
        if (!seen.insert(name).second)
            return Error{Code::Invalid,
                         fmt::format("{}: two applications are named \"{}\": they cannot have one "
                                     "file each",
                                     place, name),
                         {}};
    }
    return {};
}

std::string file_name(const data::Json& object, bool json) {
    return name_of(object) + (json ? ".json" : ".yaml");
}

/// Files that go away again unless they were kept.
class Staging {
public:
    explicit Staging(fs::path directory) : directory_(std::move(directory)) {}
    ~Staging() {
        std::error_code ignored;
        for (const auto& [from, to] : files_) fs::remove(from, ignored);
    }
    Staging(const Staging&) = delete;
    Staging& operator=(const Staging&) = delete;

    core::Status add(const std::string& name, std::string_view content) {
        files_.emplace_back(directory_ / fmt::format(".{}.new", name), directory_ / name);
        return core::write_file(files_.back().first, content);
    }

    core::Status keep() {
        for (const auto& [from, to] : files_) {
            std::error_code error;
            fs::rename(from, to, error);
            if (error)
                return Error{Code::Failed,
                             fmt::format("cannot write {}: {}", to.string(), error.message()),
                             {}};
        }
        files_.clear();
        return {};
    }

private:
    fs::path directory_;
    std::vector<std::pair<fs::path, fs::path>> files_;
};

bool belongs_to_set(const fs::path& file, const std::string& set) {
    const auto documents = data::read_documents({file.string()});
    if (!documents) return false;
    return std::ranges::any_of(*documents, [&](const data::Document& document) {
        return data::string_at(document.value, {"metadata", "labels", spark::kSetLabel}) == set;
    });
}

} // namespace

core::Status write_directory(const fs::path& directory, const spark::Inputs& inputs, bool json) {
    KSPARK_TRY(check_names(inputs));
    std::error_code error;
    fs::create_directories(directory, error);
    if (error || !fs::is_directory(directory))
        return Error{Code::Invalid,
                     fmt::format("--output-dir {}: it cannot be made a directory{}",
                                 directory.string(), error ? ": " + error.message() : ""),
                     {}};
    Staging staging(directory);
    for (const auto& manifest : inputs.manifests)
        KSPARK_TRY(staging.add(file_name(manifest.object, json),
                               json ? data::dump_json(manifest.object, 2) + "\n"
                                    : data::to_yaml(manifest.object)));
    return staging.keep();
}

std::vector<fs::path> stale_files(const fs::path& directory, const spark::Inputs& inputs,
                                  bool json) {
    if (inputs.set.empty() || inputs.filtered) return {};
    std::set<std::string> written;
    for (const auto& manifest : inputs.manifests) written.insert(file_name(manifest.object, json));
    std::vector<fs::path> stale;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(directory, ignored)) {
        const auto extension = entry.path().extension();
        if ((extension == ".yaml" || extension == ".yml" || extension == ".json") &&
            !written.contains(entry.path().filename().string()) && entry.is_regular_file() &&
            belongs_to_set(entry.path(), inputs.set))
            stale.push_back(entry.path());
    }
    std::ranges::sort(stale);
    return stale;
}

} // namespace kspark::render
