// SPDX-License-Identifier: Apache-2.0
// Versions that must fit: Spark's, the image's, Python's, the operator's; and Java options, which
// Spark takes from other places than people expect.
#include "core/spark/lint_rules.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace kspark::spark::lint {
namespace {

std::string spark_version(const Subject& subject) {
    return subject.is_kubeflow ? subject.text({"sparkVersion"})
                               : subject.text({"runtimeVersions", "sparkVersion"});
}

data::Path version_path(const Subject& subject) {
    return subject.is_kubeflow ? data::Path{"sparkVersion"}
                               : data::Path{"runtimeVersions", "sparkVersion"};
}

/// Major and minor version of the Spark in an image, where its name tells: a tag of an image that
/// is Spark and nothing else ("apache/spark:3.5.1"), or the words spark and version together.
std::vector<int> version_of_image(std::string_view image) {
    constexpr std::array kPlain = {"spark", "spark-py", "spark-r", "pyspark", "apache-spark"};
    image = image.substr(0, image.find('@'));
    const std::size_t slash = image.rfind('/');
    std::string_view last = slash == image.npos ? image : image.substr(slash + 1);
    const std::size_t colon = last.find(':');
    const std::string_view name = last.substr(0, colon);
    std::string_view tag = colon == last.npos ? std::string_view() : last.substr(colon + 1);
    std::vector<int> numbers;
    if (std::ranges::find(kPlain, name) != kPlain.end()) {
        if (tag.starts_with('v')) tag.remove_prefix(1);
        numbers = version_numbers(tag);
    } else if (const std::size_t at = tag.find("spark"); at != tag.npos) {
        tag.remove_prefix(at + 5);
        while (tag.starts_with('-') || tag.starts_with('v')) tag.remove_prefix(1);
        numbers = version_numbers(tag);
    }
    if (numbers.size() < 2 || numbers[0] > 9) return {};
    numbers.resize(2);
    return numbers;
}

void check_options(const Subject& subject, const data::Path& path, bool is_driver, Report& report) {
    const std::string text = subject.text({path.begin(), path.end()});
    const std::string_view role = is_driver ? "driver" : "executor";
    if (text.find("-Xmx") != text.npos)
        report.error(subject, path, "Spark refuses -Xmx among the Java options",
                     fmt::format("write {}.memory", role));
    if (text.find("-Dspark.") == text.npos) return;
    const std::string remedy = "write it as a key of sparkConf";
    if (is_driver)
        report.warning(subject, path, "a setting of Spark among the driver's Java options", remedy);
    else
        report.error(subject, path, "Spark refuses its settings among an executor's Java options",
                     remedy);
}

} // namespace

void python_version(const Subject& subject, Report& report) {
    if (!subject.is_kubeflow || subject.text({"type"}) != "Python") return;
    const std::vector<int> spark = version_numbers(subject.text({"sparkVersion"}));
    const std::string python = subject.text({"pythonVersion"});
    if (spark.empty()) return;
    if (spark[0] < 3 && python.empty())
        report.warning(subject, {"type"}, "Python without pythonVersion: Spark 2 takes Python 2",
                       "write pythonVersion: \"3\"");
    if (spark >= std::vector{3, 1} && python == "2")
        report.warning(subject, {"pythonVersion"},
                       fmt::format("Spark {} knows Python 3 only", subject.text({"sparkVersion"})),
                       "write pythonVersion: \"3\", or leave it out");
}

void version_image(const Subject& subject, Report& report) {
    std::vector<int> version = version_numbers(spark_version(subject));
    if (version.size() < 2) return;
    version.resize(2);
    for (const data::Path& path :
         {data::Path{"image"}, data::Path{"driver", "image"}, data::Path{"executor", "image"},
          data::Path{"sparkConf", "spark.kubernetes.container.image"}}) {
        const std::string image = subject.text({path.begin(), path.end()});
        const std::vector<int> there = version_of_image(image);
        if (there.empty() || there == version) continue;
        report.warning(subject, path,
                       fmt::format("the image {} holds Spark {}.{}, sparkVersion says {}", image,
                                   there[0], there[1], spark_version(subject)),
                       "make both the same");
    }
}

void version_operator(const Subject& subject, Report& report) {
    const std::vector<int> version = version_numbers(spark_version(subject));
    if (version.empty()) return;
    if (!subject.is_kubeflow && version[0] < 4)
        return report.warning(subject, version_path(subject),
                              fmt::format("Apache's operator is made for Spark 4 and newer, not "
                                          "{}: it says less about failures",
                                          spark_version(subject)),
                              "move to Spark 4, or render for the kubeflow operator");
    if (!subject.is_kubeflow || version[0] >= 3) return;
    for (const char* role : {"driver", "executor"})
        if (data::find(subject.spec(), {role, "template"}))
            report.error(subject, {role, "template"},
                         fmt::format("pod templates need Spark 3, not {}: the operator refuses it",
                                     spark_version(subject)),
                         "remove the template, or move to Spark 3");
}

void java_options(const Subject& subject, Report& report) {
    for (const bool is_driver : {true, false}) {
        const std::string role = is_driver ? "driver" : "executor";
        check_options(subject, {role, "javaOptions"}, is_driver, report);
        for (const char* key : {"extraJavaOptions", "defaultJavaOptions"})
            check_options(subject, {"sparkConf", fmt::format("spark.{}.{}", role, key)}, is_driver,
                          report);
    }
}

} // namespace kspark::spark::lint
