// SPDX-License-Identifier: Apache-2.0
// Specs may hold what not everybody is to read: the files are their owner's only.
#include "core/spark/keepsake.hpp"

#include "core/base/text.hpp"

#include <nlohmann/json.hpp>

namespace kspark::spark {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargest = 16u << 20;

fs::path state_directory(const core::Environment& environment) {
    fs::path state = environment.value("XDG_STATE_HOME");
    if (!state.is_absolute()) state = environment.home() / ".local" / "state";
    return state.is_absolute() ? state : fs::temp_directory_path();
}

} // namespace

Keepsake::Keepsake(const core::Environment& environment, const std::string& server,
                   const kube::Reference& reference)
    : path_(state_directory(environment) / "kubectl-spark" / "restarts" /
            core::percent_encode(server) / reference.name_space /
            reference.resource.qualified_name() / (reference.name + ".json")) {}

core::Status Keepsake::write(const fs::path& path, const data::Json& object) const {
    std::error_code failed;
    fs::create_directories(path.parent_path(), failed);
    if (failed)
        return core::Error{core::Code::Failed, "cannot create " + path.parent_path().string() +
                                                   ": " + failed.message()};
    return core::write_file(path, data::dump_json(object, 2) + "\n", 0600);
}

core::Status Keepsake::try_out(const data::Json& object) const {
    if (path_.empty()) return {};
    const fs::path trial = path_.string() + ".trial";
    auto written = write(trial, object);
    std::error_code ignored;
    fs::remove(trial, ignored);
    return written;
}

core::Status Keepsake::keep(const data::Json& object) const {
    return path_.empty() ? core::Status() : write(path_, object);
}

data::Json Keepsake::kept() const {
    if (path_.empty()) return nullptr;
    const auto text = core::read_file(path_, kLargest);
    if (!text) return nullptr;
    auto object = data::parse_json(*text, path_.string());
    return object && object->is_object() ? *std::move(object) : data::Json();
}

void Keepsake::forget() const {
    std::error_code ignored;
    if (!path_.empty()) fs::remove(path_, ignored);
}

} // namespace kspark::spark
