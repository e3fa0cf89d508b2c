// SPDX-License-Identifier: Apache-2.0
#include "core/spark/secrets.hpp"
#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>

using namespace kspark;
using data::Json;

TEST_CASE("values of secrets are masked, names and pointers are not", "[secrets]") {
    const auto object = Json::parse(R"({"spec": {
        "sparkConf": {"spark.hadoop.fs.s3a.secret.key": "s1", "spark.hadoop.fs.s3a.access.key": "s2",
                      "spark.jdbc.password": "s3", "spark.ui.port": "4040",
                      "spark.kubernetes.container.image.pullSecrets": "registry"},
        "driver": {"env": [{"name": "A", "value": "s4"}],
                   "envVars": {"B": "s5"},
                   "secrets": [{"name": "db", "path": "/mnt", "secretType": "Generic"}]},
        "volumes": [{"secret": {"secretName": "tls"}}],
        "arguments": ["--db-password=s6", "--token", "s7", "--name", "orders", "-Dapi.token=s8"]}})");
    const auto text = data::dump_json(spark::masked(object));
    for (const char* secret : {"s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8"})
        CHECK(text.find('"' + std::string(secret) + '"') == std::string::npos);
    CHECK(text.find("s6") == std::string::npos);
    CHECK(text.find("s8") == std::string::npos);
    for (const char* shown :
         {"4040", "\"registry\"", "\"db\"", "/mnt", "\"tls\"", "--db-password=***", "orders"})
        CHECK(text.find(shown) != std::string::npos);
}

TEST_CASE("a pair says that a masked secret changed without telling it", "[secrets]") {
    auto before = Json::parse(R"({"password": "old", "token": "same", "env": [{"value": "x"}]})");
    auto after = Json::parse(R"({"password": "new", "token": "same", "env": [{"value": "y"}]})");
    spark::mask_pair(before, after);
    CHECK(before["password"] == "*** (before)");
    CHECK(after["password"] == "*** (after)");
    CHECK(before["token"] == "***");
    CHECK(after["token"] == "***");
    CHECK(before["env"][0]["value"] == "*** (before)");
}
