// SPDX-License-Identifier: Apache-2.0
// krew_manifest FILE: judges a plugin manifest by the rules of krew and of its index (names,
// versions, platforms, checksums, clean paths), prints one line per mistake, and fails when there
// is one.
#include "core/data/document.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <regex>
#include <set>

namespace {

using kspark::data::Json;

struct Judge {
    int mistakes = 0;

    void expect(bool right, const std::string& sentence) {
        if (right) return;
        ++mistakes;
        fmt::print(stderr, "{}\n", sentence);
    }
    std::string text(const Json& map, const std::string& key, const char* pattern) {
        const std::string value = map.is_object() && map.contains(key) && map[key].is_string()
                                      ? map[key].get<std::string>()
                                      : "";
        expect(std::regex_match(value, std::regex(pattern)),
               fmt::format("{}: \"{}\" is not {}", key, value, pattern));
        return value;
    }
    void only(const Json& map, const std::set<std::string>& known) {
        for (const auto& item : map.items())
            expect(known.contains(item.key()), fmt::format("unknown field \"{}\"", item.key()));
    }
};

/// The platforms on which krew's index installs every plugin.
const std::set<std::string> kPlatforms{
    "windows/386", "windows/amd64", "windows/arm64", "linux/386",    "linux/amd64", "linux/arm",
    "linux/arm64", "linux/ppc64le", "darwin/386",    "darwin/amd64", "darwin/arm64"};

void judge_platform(Judge& judge, const Json& platform, std::set<std::string>& seen) {
    judge.only(platform, {"selector", "uri", "sha256", "files", "bin"});
    judge.text(platform, "uri", "https://\\S+\\.(tar\\.gz|zip)");
    judge.text(platform, "sha256", "[a-f0-9]{64}");
    // A clean path below the archive's root.
    const std::string bin = judge.text(platform, "bin", "[^./][^\\\\]*");
    judge.expect(bin.find("..") == bin.npos && bin.find("//") == bin.npos, "bin: not a clean path");
    judge.expect(!platform.contains("files") ||
                     (platform["files"].is_array() && !platform["files"].empty()),
                 "files: empty");
    const Json labels = platform.value("/selector/matchLabels"_json_pointer, Json::object());
    judge.only(labels, {"os", "arch"});
    const std::string name = labels.value("os", "*") + "/" + labels.value("arch", "*");
    judge.expect(kPlatforms.contains(name), "no machine of krew's index is a " + name);
    judge.expect(seen.insert(name).second, "two archives for " + name);
}

void judge_manifest(Judge& judge, const Json& manifest) {
    judge.only(manifest, {"apiVersion", "kind", "metadata", "spec"});
    judge.text(manifest, "apiVersion", "krew\\.googlecontainertools\\.github\\.com/v1alpha2");
    judge.text(manifest, "kind", "Plugin");
    // Kebab-case, and not named after Kubernetes.
    const std::string name =
        judge.text(manifest.value("metadata", Json::object()), "name", "[a-z0-9]+(-[a-z0-9]+)*");
    judge.expect(!name.starts_with("kube"), "name: begins with kube");
    const Json spec = manifest.value("spec", Json::object());
    judge.only(spec,
               {"version", "homepage", "shortDescription", "description", "caveats", "platforms"});
    judge.text(spec, "version", "v(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(-[0-9A-Za-z.-]+)?");
    judge.text(spec, "homepage", "https://\\S+");
    judge.text(spec, "shortDescription", "[^\\n]{1,60}[^\\n.]");
    const Json platforms = spec.value("platforms", Json::array());
    judge.expect(platforms.is_array() && !platforms.empty(), "platforms: none");
    std::set<std::string> seen;
    for (const Json& platform : platforms) judge_platform(judge, platform, seen);
}

} // namespace

int main(int argc, char** argv) {
    const std::string path = argc == 2 ? argv[1] : "";
    Judge judge;
    judge.expect(path.ends_with(".yaml"), "usage: krew_manifest FILE.yaml");
    const auto documents = kspark::data::read_documents({path});
    if (!documents || documents->size() != 1) {
        fmt::print(stderr, "{}\n", documents ? "not one document" : documents.error().message);
        return 1;
    }
    judge_manifest(judge, documents->front().value);
    return judge.mistakes == 0 ? 0 : 1;
}
