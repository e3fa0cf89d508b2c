// SPDX-License-Identifier: Apache-2.0
#include "core/base/system.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_directory.hpp"

#include <fstream>

using namespace kspark::core;
using kspark::test::TemporaryDirectory;
namespace fs = std::filesystem;

namespace {

Child child_of(std::vector<std::string> command) {
    return {std::move(command), Environment::process()};
}

} // namespace

TEST_CASE("a file that cannot be read is named, with the reason") {
    const TemporaryDirectory directory;
    const auto file = directory.path / "x";
    CHECK(read_file(file, 10).error().code == Code::NotFound);
    CHECK(read_file(file, 10).error().message ==
          "open " + file.string() + ": no such file or directory");
    CHECK(read_file(directory.path, 10).error().message ==
          "read " + directory.path.string() + ": is a directory");
    std::ofstream(file) << "0123456789";
    CHECK(*read_file(file, 10) == "0123456789");
    CHECK(read_file(file, 9).error().code == Code::Invalid);
}

TEST_CASE("a file is replaced as a whole, with its mode, and nothing is left behind") {
    const TemporaryDirectory directory;
    const auto file = directory.path / "x";
    REQUIRE(write_file(file, "old", 0600));
    REQUIRE(write_file(file, "new", 0600));
    CHECK(*read_file(file, 10) == "new");
    CHECK((fs::status(file).permissions() & fs::perms::all) ==
          (fs::perms::owner_read | fs::perms::owner_write));
    CHECK(std::distance(fs::directory_iterator(directory.path), {}) == 1);
    CHECK_FALSE(write_file(directory.path / "no" / "x", "text"));
}

TEST_CASE("a child gets its input and its environment, and its exit status is told") {
    Child child = child_of({"sh", "-c", "cat; printf %s \"$KSPARK_X\"; exit 7"});
    child.input = "input ";
    child.environment.set("KSPARK_X", "value");
    const auto result = run_child(child);
    REQUIRE(result);
    CHECK(result->output == "input value");
    CHECK(result->status == 7);
}

TEST_CASE("a child with much input and output does not block") {
    Child child = child_of({"cat"});
    child.input = std::string(1 << 20, 'x');
    const auto result = run_child(child);
    REQUIRE(result);
    CHECK(result->output.size() == child.input.size());
}

TEST_CASE("a child that is missing, silent or too loud is an error") {
    CHECK(run_child(child_of({"kspark-no-such-program"})).error().code == Code::NotFound);
    Child slow = child_of({"sleep", "60"});
    slow.timeout = std::chrono::milliseconds(50);
    CHECK(run_child(slow).error().code == Code::Timeout);
    Child loud = child_of({"yes"});
    loud.output_limit = 1 << 16;
    CHECK(run_child(loud).error().code == Code::Failed);
}

TEST_CASE("a child killed by a signal has the shell's status") {
    CHECK(run_child(child_of({"sh", "-c", "kill -TERM $$"}))->status == 143);
}

TEST_CASE("programs are never taken from the working directory") {
    const TemporaryDirectory directory;
    REQUIRE(write_file(directory.path / "tool", "#!/bin/sh\n", 0755));
    const auto before = fs::current_path();
    fs::current_path(directory.path);
    CHECK_FALSE(find_program("tool", Environment({{"PATH", ":/nonexistent"}})));
    CHECK(find_program("tool", Environment({{"PATH", directory.path.string()}})));
    fs::current_path(before);
}

TEST_CASE("an unset variable and an empty one are told apart") {
    const Environment environment({{"EMPTY", ""}});
    CHECK(environment.get("EMPTY") == std::optional<std::string>(""));
    CHECK_FALSE(environment.get("UNSET"));
}
