// SPDX-License-Identifier: Apache-2.0
#include "core/kube/kubeconfig.hpp"
#include "core/kube/proxy.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_directory.hpp"

using namespace kspark;
using namespace kspark::kube;

namespace {

std::string proxy(const std::string& server, core::Environment environment) {
    const auto url = parse_url(server);
    REQUIRE(url);
    const auto found = environment_proxy(*url, environment);
    return found ? *found : found.error().message;
}

} // namespace

TEST_CASE("the proxy variables are read as kubectl reads them", "[proxy]") {
    CHECK(proxy("https://kube", {{"HTTPS_PROXY", "http://p:3128/"}}) == "http://p:3128");
    CHECK(proxy("https://kube", {{"https_proxy", "p:3128"}}) == "http://p:3128");
    CHECK(proxy("https://kube", {{"HTTPS_PROXY", "http://up"}, {"https_proxy", "http://low"}}) ==
          "http://up");
    CHECK(proxy("https://kube", {{"HTTP_PROXY", "http://p"}}) == "");
    CHECK(proxy("http://kube", {{"HTTP_PROXY", "http://p"}}) == "http://p");
    CHECK(proxy("https://kube", {{"ALL_PROXY", "http://p"}}) == "");
    CHECK(proxy("https://kube", {{"HTTPS_PROXY", "socks5://p:1"}}) == "socks5://p:1");
    CHECK(proxy("https://kube", {{"HTTPS_PROXY", "http://me:pw@p"}}) == "http://me:pw@p");
    CHECK(proxy("https://kube", {{"HTTPS_PROXY", "ftp://me:pw@p"}}) ==
          "environment variable HTTPS_PROXY: unsupported scheme \"ftp\", must be http, https, or "
          "socks5");
}

TEST_CASE("this machine is never reached through a proxy of the environment", "[proxy]") {
    for (const char* server : {"https://localhost:1", "https://127.0.0.1", "https://127.8.8.8:1",
                               "https://[::1]:6443", "https://LOCALHOST"})
        CHECK(proxy(server, {{"HTTPS_PROXY", "http://p"}}) == "");
}

TEST_CASE("NO_PROXY", "[proxy]") {
    const auto excluded = [](const std::string& server, const std::string& list) {
        return proxy(server, {{"HTTPS_PROXY", "http://p"}, {"NO_PROXY", list}}).empty();
    };
    CHECK(excluded("https://kube", "*"));
    CHECK(excluded("https://Kube.Test", "a, kube.test"));
    CHECK(excluded("https://api.kube.test", "kube.test"));
    CHECK(excluded("https://api.kube.test", ".kube.test"));
    CHECK(!excluded("https://kube.test", ".kube.test"));
    CHECK(!excluded("https://kube.test", "*.kube.test"));
    CHECK(excluded("https://a.kube.test", "*.kube.test"));
    CHECK(!excluded("https://notkube.test", "kube.test"));
    CHECK(excluded("https://kube:6443", "kube:6443"));
    CHECK(!excluded("https://kube:6443", "kube:443"));
    CHECK(excluded("https://kube", "kube:443"));
    CHECK(excluded("https://10.1.2.3:6443", "10.0.0.0/8"));
    CHECK(!excluded("https://11.1.2.3:6443", "10.0.0.0/8"));
    CHECK(excluded("https://10.1.2.3", "10.1.2.3"));
    CHECK(!excluded("https://10.1.2.33", "10.1.2.3"));
    CHECK(excluded("https://[fd00::5]:1", "fd00::/8"));
    CHECK(excluded("https://[fd00::5]:1", "[fd00::5]:1"));
    CHECK(excluded("https://[fd00::5]:1", "fd00:0::5"));
    CHECK(!excluded("https://[fd00::5]:1", "10.0.0.0/0"));
    for (const char* odd :
         {"", ",", " , ", "/", "10.0.0.0/", "10.0.0.0/x", ":", "[", "[]", ".", "*."})
        CHECK(!excluded("https://10.1.2.3", odd));
}

TEST_CASE("a proxy-url of the kubeconfig is for every server", "[proxy]") {
    const test::TemporaryDirectory directory;
    const auto file = directory.path / "config";
    REQUIRE(core::write_file(
        file,
        "current-context: x\ncontexts: [{name: x, context: {cluster: c}}]\nclusters: [{name: c, "
        "cluster: {server: 'https://127.0.0.1', proxy-url: 'socks5://p'}}]\n"));
    ConnectionFlags flags;
    flags.kubeconfig = file.string();
    const auto loaded =
        load_connection(flags, core::Environment{{"HTTPS_PROXY", "http://no"}, {"NO_PROXY", "*"}});
    REQUIRE(loaded);
    CHECK(loaded->cluster.proxy_url == "socks5://p");
    CHECK(loaded->cluster.proxy_configured);
}
