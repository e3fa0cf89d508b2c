// SPDX-License-Identifier: Apache-2.0
// From files to manifests. A document with apiVersion and kind is a manifest, any other is a layer
// of values; a mixture is refused, since nobody could say which of both was meant. Manifests are
// never changed: a field that goes in comes out.
#include "core/spark/manifest.hpp"

#include "core/base/text.hpp"
#include "core/spark/problems.hpp"
#include "core/spark/values.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kspark::spark {

namespace {

using core::Code;
using core::Error;
using core::Result;
using data::Document;
using data::Json;
using data::Path;

bool is_manifest(const Document& document) {
    return document.value.is_object() && document.value.contains("apiVersion") &&
           document.value.contains("kind");
}

Place place_of(const Document& document, const Path& path) {
    const auto position = data::locate(document, path);
    return {document.source->name, position.line, position.column, document.source};
}

bool is_application(std::string_view api_version, std::string_view kind) {
    if (api_version.starts_with("sparkoperator.k8s.io/"))
        return kind == "SparkApplication" || kind == "ScheduledSparkApplication";
    return api_version.starts_with("spark.apache.org/") && kind == "SparkApplication";
}

/// The file was named, not found in a directory.
bool is_named(const Document& document, const InputOptions& options) {
    const auto& name = document.source->name;
    return name == "standard input" ||
           std::ranges::find(options.files, name) != options.files.end();
}

/// Takes the applications out of documents and lists.
class Collector {
public:
    explicit Collector(Inputs& inputs) : inputs_(inputs) {}

    void add(const Document& document) {
        const auto shared = std::make_shared<const Document>(document);
        object(shared, document.value, {});
    }

private:
    void object(const std::shared_ptr<const Document>& document, const Json& value,
                const Path& at) {
        const std::string kind = data::string_at(value, {"kind"});
        const Json* items = data::find(value, {"items"});
        if (kind.ends_with("List") && items && items->is_array() && at.empty()) {
            for (std::size_t i = 0; i < items->size(); ++i)
                object(document, (*items)[i], {"items", std::to_string(i)});
            return;
        }
        if (!is_application(data::string_at(value, {"apiVersion"}), kind))
            return other_kind(*document, value, kind, at);
        Manifest manifest;
        manifest.object = value;
        manifest.locate = [document, at](const Path& field) {
            Path path = at;
            path.insert(path.end(), field.begin(), field.end());
            return place_of(*document, path);
        };
        inputs_.manifests.push_back(std::move(manifest));
    }

    /// What belongs to an application may stand beside it; it is not ours to apply.
    void other_kind(const Document& document, const Json& value, const std::string& kind,
                    const Path& at) {
        inputs_.warnings.push_back(fmt::format(
            "{}: {} is nothing for kubectl spark, it is left out: apply it with kubectl",
            to_text(place_of(document, at)), described(value, kind)));
    }

    static std::string described(const Json& value, const std::string& kind) {
        if (kind.empty()) return "an object without apiVersion and kind";
        std::string text =
            fmt::format("{} \"{}\"", kind, data::string_at(value, {"metadata", "name"}));
        // Other operators have kinds of the same name.
        if (kind == "SparkApplication")
            text +=
                fmt::format(" of {}, another operator,", data::string_at(value, {"apiVersion"}));
        return text;
    }

    Inputs& inputs_;
};

/// Layers have an order, and a directory's is an accident.
void check_directories(const std::vector<Document>& documents, const InputOptions& options,
                       Problems& problems) {
    for (const Document& document : documents)
        if (!is_named(document, options))
            problems.add(
                place_of(document, {}),
                "this is no manifest, and a directory may hold manifests only: name values "
                "files one by one with -f, in their order");
}

/// A document that looks neither like values nor like a manifest: half of a manifest.
void check_half_manifest(const Document& document, Problems& problems) {
    for (const auto& [there, missing] :
         {std::pair{"apiVersion", "kind"}, std::pair{"kind", "apiVersion"}})
        if (document.value.is_object() && document.value.contains(there) &&
            !document.value.contains(missing))
            problems.add(place_of(document, {there}),
                         fmt::format("there is {} without {}: a manifest needs both, values have "
                                     "neither",
                                     there, missing));
}

Error invalid(std::string message) {
    return {Code::Invalid, std::move(message), {}};
}

core::Status refuse_value_flags(const InputOptions& options, const Document& manifest) {
    const auto refuse = [&](std::string_view flag) {
        return invalid(
            fmt::format("{} changes values, but {} is a manifest", flag, manifest.source->name));
    };
    if (!options.set.empty()) return refuse("--set");
    if (!options.set_string.empty()) return refuse("--set-string");
    if (!options.set_file.empty()) return refuse("--set-file");
    if (!options.env_subst.empty()) return refuse("--env-subst");
    if (options.target_given) return refuse("--operator");
    return {};
}

core::Status keep_wanted(Inputs& inputs, const std::vector<std::string>& wanted) {
    if (wanted.empty()) return {};
    const auto name = [](const Manifest& manifest) {
        return data::string_at(manifest.object, {"metadata", "name"});
    };
    std::vector<std::string> names;
    for (const auto& manifest : inputs.manifests) names.push_back(name(manifest));
    for (const auto& one : wanted)
        if (std::ranges::find(names, one) == names.end())
            return invalid(fmt::format("--stream {}: there is no application of that name{}", one,
                                       core::did_you_mean(one, names)));
    std::erase_if(inputs.manifests, [&](const Manifest& manifest) {
        return std::ranges::find(wanted, name(manifest)) == wanted.end();
    });
    inputs.filtered = true;
    return {};
}

Result<Inputs> from_manifests(const std::vector<Document>& documents, const InputOptions& options) {
    KSPARK_TRY(refuse_value_flags(options, documents.front()));
    Inputs inputs;
    Collector collector(inputs);
    for (const Document& document : documents) {
        collector.add(document);
        for (const auto& warning : document.warnings)
            inputs.warnings.push_back(
                fmt::format("{}: {}",
                            to_text(Place{document.source->name, warning.position.line,
                                          warning.position.column}),
                            warning.message));
    }
    if (inputs.manifests.empty())
        return Error{
            Code::Invalid,
            fmt::format("{}: there is no SparkApplication in it", documents.front().source->name),
            std::move(inputs.warnings)};
    KSPARK_TRY(keep_wanted(inputs, options.streams));
    return inputs;
}

Result<Inputs> from_values(std::vector<Document> documents, const InputOptions& options,
                           const core::Environment& environment) {
    Problems problems;
    check_directories(documents, options, problems);
    for (std::size_t i = 0; i < documents.size(); ++i) {
        check_half_manifest(documents[i], problems);
        if (i > 0 && documents[i].source == documents[i - 1].source)
            problems.add(place_of(documents[i], {}),
                         "a second document begins here: a values file is one document; remove "
                         "the ---");
    }
    KSPARK_TRY(problems.status());
    KSPARK_ASSIGN(Values loaded, load_values(std::move(documents), options, environment));
    const auto values = std::make_shared<const Values>(std::move(loaded));
    Inputs inputs;
    inputs.from_values = true;
    inputs.set = values->name;
    inputs.warnings = values->warnings;
    inputs.filtered = !options.streams.empty();
    Operator target = options.target;
    if (!options.target_given && data::string_at(values->merged, {"operator"}) == "apache")
        target = Operator::Apache;
    KSPARK_ASSIGN(inputs.manifests, render_streams(values, target, options.streams));
    inputs.name_space = data::string_at(inputs.manifests.front().object, {"metadata", "namespace"});
    return inputs;
}

} // namespace

Manifest::Manifest() = default;
Manifest::~Manifest() = default;
Manifest::Manifest(const Manifest&) = default;
Manifest::Manifest(Manifest&&) noexcept = default;
Manifest& Manifest::operator=(const Manifest&) = default;
Manifest& Manifest::operator=(Manifest&&) noexcept = default;

std::string to_text(const Place& place) {
    return place.line > 0 ? fmt::format("{}:{}:{}", place.file, place.line, place.column)
                          : place.file;
}

Result<Inputs> load_documents(std::vector<Document> documents, const InputOptions& options,
                              const core::Environment& environment) {
    if (documents.empty())
        return invalid(fmt::format("{}: there is nothing in it", core::join(options.files, ", ")));
    const auto manifest = std::ranges::find_if(documents, is_manifest);
    if (manifest == documents.end()) return from_values(std::move(documents), options, environment);
    const auto values = std::ranges::find_if_not(documents, is_manifest);
    if (values != documents.end())
        return invalid(fmt::format("{} is a manifest (it has apiVersion and kind), but {} is not: "
                                   "give either values files or manifests",
                                   to_text(place_of(*manifest, {})),
                                   to_text(place_of(*values, {}))));
    return from_manifests(documents, options);
}

Result<Inputs> load_inputs(const InputOptions& options, const core::Environment& environment) {
    if (options.files.empty())
        return Error{Code::Usage,
                     "no input: give values files or manifests with -f, or - for standard input",
                     {}};
    for (const std::string& file : options.files)
        if (file.starts_with("https://") || file.starts_with("http://"))
            return Error{Code::Usage,
                         fmt::format("-f takes files and directories, no URLs: fetch {} first, and "
                                     "give it with -f - or as a file",
                                     file),
                         {}};
    auto documents = data::read_documents(options.files, options.recursive);
    if (!documents) {
        // Not found is what a cluster says; a file that is not there is wrong input.
        Error error = std::move(documents).error();
        if (error.code == Code::NotFound) error.code = Code::Invalid;
        return error;
    }
    return load_documents(*std::move(documents), options, environment);
}

} // namespace kspark::spark
