// SPDX-License-Identifier: Apache-2.0
#include "core/spark/set_flags.hpp"
#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>

using namespace kspark;
using data::Json;

namespace {

core::Result<Json> typed(const std::string& text) {
    return spark::typed_scalar(text);
}

std::string set(const std::string& flag, const std::string& base = "{}") {
    Json tree = Json::parse(base);
    const auto written = spark::apply_set(tree, "--set", flag, typed);
    return written ? data::dump_json(tree) : written.error().message;
}

} // namespace

// Expected values are helm 3's, from its documentation and from pkg/strvals.
TEST_CASE("--set reads what helm reads", "[set_flags]") {
    CHECK(set("a=b") == R"({"a":"b"})");
    CHECK(set("a.b=c,d=e") == R"({"a":{"b":"c"},"d":"e"})");
    CHECK(set("a[0]=x,a[1]=y") == R"({"a":["x","y"]})");
    CHECK(set("a[2]=x") == R"({"a":[null,null,"x"]})");
    CHECK(set("a[0].b=x") == R"({"a":[{"b":"x"}]})");
    CHECK(set("a[0][1]=x") == R"({"a":[[null,"x"]]})");
    CHECK(set("a={x,y},b=z") == R"({"a":["x","y"],"b":"z"})");
    CHECK(set("a={x\\,y}") == R"({"a":["x,y"]})");
    CHECK(set("a=x\\,y") == R"({"a":"x,y"})");
    CHECK(set("a\\.b=c") == R"({"a.b":"c"})");
    CHECK(set("sparkConf.spark\\.ui\\.port=4041") == R"({"sparkConf":{"spark.ui.port":4041}})");
    CHECK(set("a=") == R"({"a":""})");
    CHECK(set("a=,b=c") == R"({"a":"","b":"c"})");
    CHECK(set("a=b=c") == R"({"a":"b=c"})");
    CHECK(set("a=b,") == R"({"a":"b"})");
    CHECK(set("a={}") == R"({"a":[""]})");
}

TEST_CASE("--set types scalars as helm types them", "[set_flags]") {
    CHECK(set("a=true,b=FALSE,c=null") == R"({"a":true,"b":false,"c":null})");
    CHECK(set("a=0,b=12,c=-3,d=+4") == R"({"a":0,"b":12,"c":-3,"d":4})");
    // What begins with a zero or has a fraction is text: versions and phone numbers survive.
    CHECK(set("a=007,b=1.10,c=1e3,d=+-1") == R"({"a":"007","b":"1.10","c":"1e3","d":"+-1"})");
    CHECK(set("a=9223372036854775807") == R"({"a":9223372036854775807})");
    CHECK(set("a=9223372036854775808") == R"({"a":"9223372036854775808"})");
}

TEST_CASE("--set changes what is there", "[set_flags]") {
    CHECK(set("a.b=2", R"({"a":{"b":1,"c":3}})") == R"({"a":{"b":2,"c":3}})");
    CHECK(set("a[1]=z", R"({"a":["x","y"]})") == R"({"a":["x","z"]})");
    CHECK(set("a={z}", R"({"a":["x","y"]})") == R"({"a":["z"]})");
}

TEST_CASE("--set finds a stream by index and by name", "[set_flags]") {
    const std::string base = R"({"streams":[{"name":"a1"},{"name":"b"}]})";
    CHECK(set("streams[1].sink=x", base) ==
          R"({"streams":[{"name":"a1"},{"name":"b","sink":"x"}]})");
    CHECK(set("streams[a1].sink=x", base) ==
          R"({"streams":[{"name":"a1","sink":"x"},{"name":"b"}]})");
    CHECK(set("streams[a2].sink=x", base) ==
          "--set streams[a2].sink: there is no stream \"a2\"; did you mean \"a1\"?");
    CHECK(set("other[a].b=x") ==
          "--set other[a].b: [a] is no index: it must be a number from 0 to 65536");
}

TEST_CASE("--set says what is wrong, without the value", "[set_flags]") {
    CHECK(set("a") == "--set a: key \"a\" has no value");
    CHECK(set("a,b=c") == "--set a,b: key \"a\" has no value");
    CHECK(set("=secret") == "--set : a key is empty");
    CHECK(set("a..b=secret") == "--set a..b: a key is empty");
    CHECK(set("a={x") == "--set a: a list must end with }");
    CHECK(set("a[0=x") == "--set a[0: an index has to be closed, as in a[0]=b");
    CHECK(set("a[0]b=x") == "--set a[0]b: unexpected \"b\" behind an index");
    CHECK(set("a[65537]=x") ==
          "--set a[65537]: [65537] is no index: it must be a number from 0 to 65536");
    CHECK(set("a[-1]=x") == "--set a[-1]: [-1] is no index: it must be a number from 0 to 65536");
    CHECK(set("a.b=x", R"({"a":"text"})") == "--set a.b: a is a string, not a map");
    CHECK(set("a[0]=x", R"({"a":{}})") == "--set a[0]: a is a map, not a list");
    std::string deep = "a";
    for (int i = 0; i < 40; ++i) deep += ".a";
    CHECK(set(deep + "=x").find("more than 30 levels") != std::string::npos);
}

TEST_CASE("--set reports the paths it wrote", "[set_flags]") {
    Json tree = Json::parse(R"({"streams":[{"name":"a"},{"name":"b"}]})");
    const auto written = spark::apply_set(tree, "--set", "streams[b].x.y=1,z=2", typed);
    REQUIRE(written);
    CHECK(*written == std::vector<data::Path>{{"streams", "1", "x", "y"}, {"z"}});
}
