// SPDX-License-Identifier: Apache-2.0
// Where commands are looked for, what is passed over, and who wins a name.
#include "core/plugin/catalog.hpp"
#include "core/plugin/loader.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_directory.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

using namespace kspark;
namespace fs = std::filesystem;

namespace {

/// An installation and a user's directory.
struct Tree {
    test::TemporaryDirectory root;
    fs::path executable = root.path / "bin/kubectl-spark";
    fs::path installed = root.path / "lib/kubectl-spark/plugins";
    fs::path krew = root.path / "bin/plugins";
    fs::path user = root.path / "home/.local/share/kubectl-spark/plugins";
    core::Environment environment{{{"HOME", (root.path / "home").string()}}};

    Tree() { file(executable); }
    void file(const fs::path& path, mode_t mode = 0755) {
        fs::create_directories(path.parent_path());
        ::chmod(path.parent_path().c_str(), 0755);
        std::ofstream(path) << "x";
        ::chmod(path.c_str(), mode);
    }
    plugin::Catalog find(const std::vector<const kubectl_spark_plugin*>& built_in = {}) {
        return plugin::find_commands(built_in, executable, environment);
    }
};

std::string names(const plugin::Catalog& catalog) {
    std::string text;
    for (const auto& command : catalog.commands) text += command.name + " ";
    return text;
}

} // namespace

TEST_CASE("modules of all places, by name", "[catalog]") {
    Tree tree;
    tree.file(tree.installed / "status.so");
    tree.file(tree.krew / "logs.so");
    tree.file(tree.user / "mine-2.so");
    for (const char* other : {"README.md", "lib.so.1", ".so", "Big.so", "_x.so", "a b.so", "2x.so"})
        tree.file(tree.user / other);
    const auto catalog = tree.find();
    CHECK(names(catalog) == "logs mine-2 status ");
    CHECK(catalog.warnings.empty());
    CHECK_FALSE(catalog.find("status")->of_user);
    CHECK(catalog.find("mine-2")->of_user);
    CHECK(catalog.find("nothing") == nullptr);
}

TEST_CASE("the installation's commands cannot be replaced", "[catalog]") {
    Tree tree;
    tree.file(tree.installed / "status.so");
    tree.file(tree.user / "status.so");
    tree.file(tree.user / "version.so");
    const kubectl_spark_plugin version{1, 0, "", "version", "", nullptr, nullptr, nullptr};
    const auto catalog = tree.find({&version});
    CHECK(catalog.find("status")->path == tree.installed / "status.so");
    CHECK(catalog.find("version")->built_in == &version);
}

TEST_CASE("KUBECTL_SPARK_PLUGIN_PATH replaces the user's directory only", "[catalog]") {
    Tree tree;
    tree.file(tree.installed / "status.so");
    tree.file(tree.user / "mine.so");
    tree.file(tree.root.path / "a/one.so");
    tree.file(tree.root.path / "b/two.so");
    const std::string root = tree.root.path.string();
    tree.environment.set("KUBECTL_SPARK_PLUGIN_PATH", root + "/a::" + root + "/b:relative:/none");
    const auto catalog = tree.find();
    CHECK(names(catalog) == "one status two ");
    REQUIRE(catalog.warnings.size() == 1);
    CHECK(catalog.warnings[0] == "commands in relative are not used: the path is not absolute");
    tree.environment.set("KUBECTL_SPARK_PLUGIN_PATH", "");
    CHECK(names(tree.find()) == "status ");
}

TEST_CASE("the user's directory follows XDG_DATA_HOME", "[catalog]") {
    core::Environment environment{{{"HOME", "/home/u"}}};
    const auto only = [&] { return plugin::user_directories(environment).at(0).string(); };
    CHECK(only() == "/home/u/.local/share/kubectl-spark/plugins");
    environment.set("XDG_DATA_HOME", "/data");
    CHECK(only() == "/data/kubectl-spark/plugins");
    environment.set("XDG_DATA_HOME", "relative");
    CHECK(only() == "/home/u/.local/share/kubectl-spark/plugins");
    CHECK(plugin::user_directories(core::Environment{}).empty());
}

TEST_CASE("what others may write to is not loaded", "[catalog]") {
    Tree tree;
    tree.file(tree.user / "open.so", 0757);
    tree.file(tree.user / "group.so", 0775);
    tree.file(tree.user / "fine.so", 0755);
    fs::create_symlink(tree.root.path / "nowhere", tree.user / "dangling.so");
    auto catalog = tree.find();
    CHECK(catalog.find("open")->problem.starts_with("others may write to it"));
    CHECK(catalog.find("group")->problem.starts_with("others may write to it"));
    CHECK(catalog.find("fine")->problem.empty());
    CHECK(catalog.find("dangling")->problem == "it cannot be read");
    const auto refused = plugin::load(*catalog.find("open"));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == core::Code::Failed);

    ::chmod(tree.user.c_str(), 0777);
    catalog = tree.find();
    CHECK(catalog.commands.empty());
    REQUIRE(catalog.warnings.size() == 1);
    CHECK(catalog.warnings[0].starts_with("commands in " + tree.user.string() + " are not used: "));
}

TEST_CASE("beside the executable, who may write the executable is trusted", "[catalog]") {
    Tree tree;
    tree.file(tree.installed / "status.so", 0775);
    ::chmod(tree.installed.c_str(), 0775);
    CHECK(tree.find().commands.empty());
    ::chmod(tree.executable.c_str(), 0775); // a build under umask 002
    CHECK(tree.find().find("status")->problem.empty());
    ::chmod(tree.installed.c_str(), 0777);
    CHECK(tree.find().commands.empty());
}

TEST_CASE("what belongs to another user is not loaded", "[catalog]") {
    if (geteuid() != 0) return; // only root can give files away
    Tree tree;
    tree.file(tree.user / "theirs.so");
    REQUIRE(::chown((tree.user / "theirs.so").c_str(), 4242, 4242) == 0);
    CHECK(tree.find().find("theirs")->problem == "it belongs to another user (uid 4242)");
    // Whoever owns the executable runs it already.
    tree.file(tree.installed / "status.so");
    for (const fs::path& path : {tree.executable, tree.installed, tree.installed / "status.so"})
        REQUIRE(::chown(path.c_str(), 4242, 4242) == 0);
    CHECK(tree.find().find("status")->problem.empty());
}
