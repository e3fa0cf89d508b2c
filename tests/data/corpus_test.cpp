// SPDX-License-Identifier: Apache-2.0
// Every manifest that we found in the field: read, written, read again, nothing lost.
#include "core/base/system.hpp"
#include "core/base/text.hpp"
#include "core/data/document.hpp"
#include "core/data/yaml.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <map>

using namespace kspark;
namespace fs = std::filesystem;

namespace {

std::vector<fs::path> corpus() {
    std::vector<fs::path> files;
    for (const char* directory : {"corpus/manifests", "corpus/derived-manifests"})
        for (const auto& entry : fs::directory_iterator(test::test_file(directory)))
            files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

/// Files that kubectl refuses too, or whose duplicate key it drops in silence.
const std::map<std::string, std::string> kRefused = {
    {"awslabs__data-on-eks--data-stacks_spark-on-eks_benchmarks_benchmark-testdata-generation_"
     "tpcds-benchmark-data-generation-1t.yaml",
     ":117:5: this line does not continue what stands above"},
    {"brunolmarques__spark-on-k8s-examples--examples_s3-tpcds.yaml", ":13:3: the key \"mode\""},
    {"brunolmarques__spark-on-k8s-examples--examples_stream-generator.yaml",
     ":21:3: the key \"mode\""},
    {"gbif__stackable--DAGs_dag-files_templates_spark_job_template@4a29b4a.yaml",
     ":4:10: a map cannot be a key"},
    {"kubeflow__spark-operator--examples_spark-pi-prometheus.yaml",
     ":25:26: this line does not continue"},
};

/// The whole of a document and every value in it has a place in its file.
void check_places(const data::Document& document, const data::Json& value, data::Path& path) {
    const data::Position position = data::locate(document, path);
    CHECK(position.line > 0);
    if (!value.is_structured()) return;
    for (const auto& [key, member] : value.items()) {
        path.push_back(key);
        check_places(document, member, path);
        path.pop_back();
    }
}

} // namespace

TEST_CASE("a manifest that goes in comes out with every field it had", "[data][corpus]") {
    for (const fs::path& file : corpus()) {
        INFO(file.filename().string());
        auto documents = data::read_documents({file.string()});
        if (const auto refused = kRefused.find(file.filename().string());
            refused != kRefused.end()) {
            REQUIRE_FALSE(documents);
            CHECK(documents.error().message.find(refused->second) != std::string::npos);
            continue;
        }
        if (!documents) FAIL(documents.error().message);
        CHECK_FALSE(documents->empty());
        for (const data::Document& document : *documents) {
            auto again = data::parse_documents("again", data::to_yaml(document.value));
            if (!again) FAIL(again.error().message << "\n" << data::to_yaml(document.value));
            REQUIRE(again->size() == 1);
            CHECK(data::dump_json((*again)[0].value) == data::dump_json(document.value));
            CHECK((*again)[0].warnings.empty());
            data::Path path;
            check_places(document, document.value, path);
        }
    }
}

TEST_CASE("one manifest in five encodings is one manifest", "[data][corpus]") {
    const auto read = [](const std::string& name) {
        auto documents =
            data::read_documents({test::test_file("corpus/derived-manifests/" + name)});
        if (!documents) FAIL(documents.error().message);
        REQUIRE(documents->size() == 1);
        return data::dump_json((*documents)[0].value);
    };
    const std::string plain = read("bom.yaml");
    for (const char* name :
         {"crlf.yaml", "cr-only.yaml", "utf16le.yaml", "leading-docsep-and-trailing.yaml"}) {
        INFO(name);
        CHECK(read(name) == plain);
    }
}

TEST_CASE("documents per file as the manifest of the corpus says", "[data][corpus]") {
    for (const std::string& line : core::split(test::read_test_file("corpus/MANIFEST.tsv"), '\n')) {
        const std::vector<std::string> columns = core::split(line, '\t');
        const std::size_t at = line.find("docs=");
        if (columns.size() < 6 || at == line.npos) continue;
        INFO(columns[0]);
        auto documents = data::read_documents({test::test_file("corpus/" + columns[0])});
        REQUIRE(documents);
        const bool has_empty = line.find("emptydoc") != line.npos;
        CHECK(documents->size() == std::stoul(line.substr(at + 5)) - (has_empty ? 1 : 0));
    }
}
