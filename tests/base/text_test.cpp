// SPDX-License-Identifier: Apache-2.0
#include "core/base/text.hpp"
#include "tests/support/catch.hpp"

using namespace kspark::core;

TEST_CASE("base64 goes both ways at every length") {
    for (const std::string bytes : {"", "a", "ab", "abc", "abcd", "\xff\xfex"})
        CHECK(*decode_base64(encode_base64(bytes)) == bytes);
    CHECK(encode_base64("ab") == "YWI=");
    CHECK(*decode_base64("YW\nI=\n") == "ab");
}

TEST_CASE("wrong base64 is refused with the byte") {
    CHECK(decode_base64("YW!=").error().message == "illegal base64 data at input byte 2");
    CHECK_FALSE(decode_base64("YWI"));
    CHECK_FALSE(decode_base64("YWI=YQ=="));
    CHECK_FALSE(decode_base64("="));
}

TEST_CASE("a mistyped word finds its neighbour, a foreign one does not") {
    const std::vector<std::string> keys{"memory", "memoryOverhead", "cores", "instances"};
    CHECK(nearest("memroy", keys) == "memory");
    CHECK(nearest("core", keys) == "cores");
    CHECK(nearest("memoryoverhead", keys) == "memoryOverhead");
    CHECK(nearest("volumes", keys).empty());
    CHECK(did_you_mean("instance", keys) == "; did you mean \"instances\"?");
}

TEST_CASE("percent encoding leaves nothing that a URL could take for itself") {
    CHECK(percent_encode("a/b?c#d%e f=\xc3\xa9") == "a%2Fb%3Fc%23d%25e%20f%3D%C3%A9");
    CHECK(percent_encode("Az09-._~") == "Az09-._~");
}

TEST_CASE("numbers of things") {
    CHECK(count(1, "application") == "1 application");
    CHECK(count(0, "application") == "0 applications");
    CHECK(count(2, "entry", "entries") == "2 entries");
}

TEST_CASE("splitting keeps empty parts") {
    CHECK(split("a::b", ':') == std::vector<std::string>{"a", "", "b"});
    CHECK(split("", ',') == std::vector<std::string>{""});
    CHECK(trim(" \t x y\r\n") == "x y");
    CHECK(trim("  ").empty());
}
