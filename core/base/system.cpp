// SPDX-License-Identifier: Apache-2.0
// Files and the environment. Every failure names the file and says what is wrong with it.
#include "core/base/system.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <cstring>
#include <utility>
#ifdef __APPLE__
#include <mach-o/dyld.h>
#endif

extern char** environ;

namespace kspark::core {
namespace {

/// Closes when it goes out of scope.
class Descriptor {
public:
    explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
    ~Descriptor() {
        if (descriptor_ >= 0) close(descriptor_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return descriptor_; }
    int release() { return std::exchange(descriptor_, -1); }

private:
    int descriptor_;
};

Error system_error(std::string_view what, const std::filesystem::path& path, int number) {
    const Code code = number == ENOENT ? Code::NotFound : Code::Invalid;
    std::string reason = std::strerror(number);
    reason[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(reason[0])));
    return {code, fmt::format("{} {}: {}", what, path.string(), reason)};
}

Status write_all(int descriptor, std::string_view content, const std::filesystem::path& path) {
    while (!content.empty()) {
        const auto written = ::write(descriptor, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return system_error("cannot write", path, errno);
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

} // namespace

Environment Environment::process() {
    std::map<std::string, std::string> variables;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const auto equals = text.find('=');
        if (equals != std::string_view::npos)
            variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return Environment(std::move(variables));
}

std::optional<std::string> Environment::get(const std::string& name) const {
    const auto found = variables_.find(name);
    if (found == variables_.end()) return std::nullopt;
    return found->second;
}

Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit) {
    const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) return system_error("open", path, errno);
    struct stat information = {};
    if (fstat(file.get(), &information) == 0 && S_ISDIR(information.st_mode))
        return Error{Code::Invalid, fmt::format("read {}: is a directory", path.string())};
    return read_descriptor(file.get(), path.string(), limit);
}

Result<std::string> read_descriptor(int descriptor, std::string_view name, std::size_t limit) {
    std::string content;
    for (char buffer[64 * 1024];;) {
        const auto got = ::read(descriptor, buffer, sizeof buffer);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error("read", std::filesystem::path(name), errno);
        if (got == 0) return content;
        content.append(buffer, static_cast<std::size_t>(got));
        if (content.size() > limit)
            return Error{Code::Invalid, fmt::format("{} is too large: at most {} MiB are read",
                                                    name, limit >> 20)};
    }
}

Status write_file(const std::filesystem::path& path, std::string_view content, int mode) {
    std::string temporary = path.string() + ".XXXXXX";
    Descriptor file(mkostemp(temporary.data(), O_CLOEXEC));
    if (file.get() < 0) return system_error("cannot create", path, errno);
    Status status = write_all(file.get(), content, path);
    if (status && fchmod(file.get(), static_cast<mode_t>(mode)) != 0)
        status = system_error("cannot write", path, errno);
    if (close(file.release()) != 0 && status) status = system_error("cannot write", path, errno);
    if (status && rename(temporary.c_str(), path.c_str()) != 0)
        status = system_error("cannot write", path, errno);
    if (!status) unlink(temporary.c_str());
    return status;
}

std::filesystem::path executable_path() {
    std::error_code ignored;
#ifdef __APPLE__
    char buffer[4096];
    uint32_t size = sizeof buffer;
    if (_NSGetExecutablePath(buffer, &size) != 0) return {};
    return std::filesystem::canonical(buffer, ignored);
#else
    return std::filesystem::read_symlink("/proc/self/exe", ignored);
#endif
}

std::optional<std::filesystem::path> find_program(const std::string& name,
                                                  const Environment& environment) {
    const auto usable = [](const std::filesystem::path& path) {
        std::error_code ignored;
        return access(path.c_str(), X_OK) == 0 && !std::filesystem::is_directory(path, ignored);
    };
    if (name.find('/') != std::string::npos)
        return usable(name) ? std::optional<std::filesystem::path>(name) : std::nullopt;
    const std::string path = environment.value("PATH");
    for (std::size_t begin = 0; begin <= path.size();) {
        auto end = path.find(':', begin);
        if (end == std::string::npos) end = path.size();
        // An empty entry means the working directory, where we never look.
        if (end > begin) {
            const auto candidate = std::filesystem::path(path.substr(begin, end - begin)) / name;
            if (usable(candidate)) return candidate;
        }
        begin = end + 1;
    }
    return std::nullopt;
}

} // namespace kspark::core
