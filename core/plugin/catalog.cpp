// SPDX-License-Identifier: Apache-2.0
// A module is code that runs with the user's credentials. So it is taken from a place only that the
// user, root, or whoever could replace the executable itself may write to.
#include "core/plugin/catalog.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

namespace kspark::plugin {

namespace {

namespace fs = std::filesystem;

constexpr mode_t kOthersWrite = S_IWGRP | S_IWOTH;

/// Who may write to a place of modules.
struct Trust {
    uid_t owner;     ///< besides root and the user
    gid_t group = 0; ///< that may write, when `write_bits` has the group's
    mode_t write_bits = 0;
};

/// Beside the executable nobody gains anything who could write the executable.
Trust trust_of(const fs::path& executable) {
    struct stat info = {};
    if (stat(executable.c_str(), &info) != 0) return {geteuid()};
    return {info.st_uid, info.st_gid, static_cast<mode_t>(info.st_mode & kOthersWrite)};
}

/// Why a file or directory must not be trusted, or empty.
std::string distrust(const fs::path& path, const Trust& trust) {
    struct stat info = {};
    if (stat(path.c_str(), &info) != 0) return "it cannot be read";
    if (info.st_uid != 0 && info.st_uid != geteuid() && info.st_uid != trust.owner)
        return fmt::format("it belongs to another user (uid {})", info.st_uid);
    mode_t write_bits = info.st_mode & kOthersWrite & ~trust.write_bits;
    if (info.st_gid != trust.group) write_bits |= info.st_mode & S_IWGRP;
    if (write_bits != 0)
        return fmt::format("others may write to it; \"chmod go-w {}\" makes it safe",
                           path.string());
    return {};
}

/// "status" for "status.so"; nothing for what is no module's name.
std::optional<std::string> command_of(const fs::path& file) {
    std::string name = file.stem().string();
    constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz";
    if (file.extension() != ".so" || name.empty() || kLetters.find(name[0]) == kLetters.npos)
        return std::nullopt;
    if (name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != name.npos)
        return std::nullopt;
    return name;
}

class Search {
public:
    void add(Found found) {
        if (catalog_.find(found.name) == nullptr) catalog_.commands.push_back(std::move(found));
    }

    void directory(const fs::path& path, const Trust& trust, bool of_user) {
        std::error_code problem;
        if (!fs::is_directory(path, problem)) return;
        if (const std::string why = distrust(path, trust); !why.empty()) return warn(path, why);
        for (const auto& entry : fs::directory_iterator(path, problem)) {
            const auto name = command_of(entry.path());
            if (name) add({*name, entry.path(), nullptr, distrust(entry.path(), trust), of_user});
        }
        if (problem) warn(path, problem.message());
    }

    void warn(const fs::path& path, std::string_view why) {
        catalog_.warnings.push_back(
            fmt::format("commands in {} are not used: {}", path.string(), why));
    }

    Catalog finish() && {
        std::sort(catalog_.commands.begin(), catalog_.commands.end(),
                  [](const Found& left, const Found& right) { return left.name < right.name; });
        return std::move(catalog_);
    }

private:
    Catalog catalog_;
};

} // namespace

const Found* Catalog::find(std::string_view name) const {
    const auto found = std::find_if(commands.begin(), commands.end(),
                                    [&](const Found& command) { return command.name == name; });
    return found == commands.end() ? nullptr : &*found;
}

std::vector<fs::path> user_directories(const core::Environment& environment) {
    if (const auto path = environment.get("KUBECTL_SPARK_PLUGIN_PATH")) {
        std::vector<fs::path> directories;
        for (const std::string& part : core::split(*path, ':'))
            if (!part.empty()) directories.emplace_back(part);
        return directories;
    }
    // The XDG rule: a relative directory is to be ignored.
    fs::path data = environment.value("XDG_DATA_HOME");
    if (!data.is_absolute() && !environment.home().empty())
        data = environment.home() / ".local/share";
    if (!data.is_absolute()) return {};
    return {data / "kubectl-spark/plugins"};
}

Catalog find_commands(const std::vector<const kubectl_spark_plugin*>& built_in,
                      const fs::path& executable, const core::Environment& environment) {
    Search search;
    for (const auto* plugin : built_in) search.add({plugin->name, {}, plugin});
    const fs::path beside = executable.parent_path();
    const Trust trust = trust_of(executable);
    search.directory(beside.parent_path() / "lib/kubectl-spark/plugins", trust, false);
    search.directory(beside / "plugins", trust, false); // the layout of krew
    for (const fs::path& directory : user_directories(environment)) {
        if (directory.is_absolute())
            search.directory(directory, {geteuid()}, true);
        else
            search.warn(directory, "the path is not absolute");
    }
    return std::move(search).finish();
}

} // namespace kspark::plugin
