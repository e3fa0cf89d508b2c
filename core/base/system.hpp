// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.hpp"
#include "core/base/time.hpp"

#include <filesystem>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kspark::core {

/// The process environment, or a map in tests.
class Environment {
public:
    /// A copy of the process's variables.
    static Environment process();
    Environment() = default;
    explicit Environment(std::map<std::string, std::string> variables)
        : variables_(std::move(variables)) {}
    Environment(std::initializer_list<std::pair<const std::string, std::string>> variables)
        : variables_(variables) {}

    /// Absence and emptiness are told apart.
    std::optional<std::string> get(const std::string& name) const;
    /// The value, or empty.
    std::string value(const std::string& name) const { return get(name).value_or(""); }
    void set(std::string name, std::string value) {
        variables_[std::move(name)] = std::move(value);
    }
    const std::map<std::string, std::string>& variables() const { return variables_; }
    /// $HOME.
    std::filesystem::path home() const { return value("HOME"); }

private:
    std::map<std::string, std::string> variables_;
};

/// Reads a file of at most `limit` bytes. Errors name the file and say what is wrong with it
/// (missing, a directory, unreadable, too large), code Invalid (or NotFound).
Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit);
/// Reads a descriptor to its end, e.g. standard input.
Result<std::string> read_descriptor(int descriptor, std::string_view name, std::size_t limit);
/// Writes beside the target and renames, so that a reader sees the old or the new file.
Status write_file(const std::filesystem::path& path, std::string_view content, int mode = 0644);

/// The running executable, links resolved.
std::filesystem::path executable_path();
/// A program of that name on $PATH, or nothing. A name with a slash is only checked.
std::optional<std::filesystem::path> find_program(const std::string& name, const Environment&);

struct Child {
    std::vector<std::string> command; ///< command[0] is looked up on $PATH
    Environment environment;          ///< the whole environment of the child
    std::string input = {};           ///< its standard input, unless inherit_input
    bool inherit_input = false;
    std::size_t output_limit = 16u << 20;
    Duration timeout = Duration::zero(); ///< zero: none
};
struct ChildExit {
    int status = 0; ///< exit status, or 128 + signal
    std::string output;
};
/// Runs a program without a shell, its stdout captured, its stderr ours. Our descriptors and
/// signal dispositions are not passed on. Code NotFound when there is no such program.
Result<ChildExit> run_child(const Child& child);

} // namespace kspark::core
