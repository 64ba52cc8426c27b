// SPDX-License-Identifier: MIT
#include "cli/qemu_monitors.hpp"

#include <catch2/catch.hpp>

using namespace qmpev;

namespace {

std::string refusal(const QemuMonitors& monitors) {
  const auto resolved = monitors.resolve();
  REQUIRE_FALSE(resolved);
  return resolved.error().sentence;
}

bool says(const Result<void>& result, const char* part) {
  return !result && result.error().sentence.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("monitors and their places come in any order, and are opened in that of the places", "[cli]") {
  QemuMonitors monitors;
  CHECK(monitors.empty());
  REQUIRE(monitors.add_mon("chardev=c0,mode=control,pretty=on"));
  REQUIRE(monitors.add_qmp("-qmp", "unix:/a,server=on", false));
  REQUIRE(monitors.add_chardev("socket,id=c0,path=/b"));
  REQUIRE(monitors.add_mon("c1,mode=control"));
  REQUIRE(monitors.add_chardev("socket,id=c1,path=/c"));
  const auto resolved = monitors.resolve().value();
  REQUIRE(resolved.size() == 3);
  CHECK(resolved[0].chardev.path == "/a");
  CHECK_FALSE(resolved[0].pretty);
  CHECK(resolved[1].chardev.path == "/b");
  CHECK(resolved[1].pretty);
  CHECK(resolved[2].chardev.path == "/c");
  CHECK(monitors.unused().empty());
}

TEST_CASE("a monitor without a place, and a place without a monitor", "[cli]") {
  QemuMonitors monitors;
  REQUIRE(monitors.add_chardev("socket,id=spare,path=/s"));
  CHECK(monitors.unused() == std::vector<std::string>{"spare"});
  CHECK(monitors.resolve().value().empty());
  REQUIRE(monitors.add_mon("chardev=c0,mode=control"));
  CHECK(refusal(monitors).find("names the chardev 'c0'") != std::string::npos);
}

TEST_CASE("the short option may name a place, too", "[cli]") {
  QemuMonitors monitors;
  REQUIRE(monitors.add_qmp("-qmp-pretty", "chardev:c0", true));
  REQUIRE(monitors.add_chardev("socket,id=c0,path=/b"));
  const auto resolved = monitors.resolve().value();
  REQUIRE(resolved.size() == 1);
  CHECK(resolved[0].chardev.path == "/b");
  CHECK(resolved[0].pretty);
  CHECK(monitors.unused().empty());
  REQUIRE(monitors.add_qmp("-qmp", "chardev:c1", false));
  CHECK(refusal(monitors) == "-qmp names the chardev 'c1', and there is no -chardev with that id");
  CHECK(says(monitors.add_qmp("-qmp", "chardev:", false), "is no id"));
  CHECK(says(monitors.add_qmp("-qmp", "chardev:c0,server=on", false), "is no id"));
}

TEST_CASE("a monitor may have a name of its own", "[cli]") {
  QemuMonitors monitors;
  REQUIRE(monitors.add_mon("chardev=charmonitor,id=monitor,mode=control"));  // libvirt's words
  CHECK(says(monitors.add_mon("chardev=c1,id=monitor,mode=control"), "two -mon with the id 'monitor'"));
  CHECK(says(monitors.add_mon("chardev=c1,id=0,mode=control"), "is no id"));
}

TEST_CASE("one place is for one monitor", "[cli]") {
  QemuMonitors twice;
  REQUIRE(twice.add_chardev("socket,id=c0,path=/b"));
  REQUIRE(twice.add_mon("chardev=c0,mode=control"));
  REQUIRE(twice.add_mon("chardev=c0,mode=control"));
  CHECK(refusal(twice) == "two monitors want unix:/b: one place is for one monitor");
  QemuMonitors terminal;
  REQUIRE(terminal.add_qmp("-qmp", "stdio", false));
  REQUIRE(terminal.add_qmp("-qmp", "stdio", false));
  CHECK(refusal(terminal) == "two monitors want stdio: one place is for one monitor");
  CHECK(says(twice.add_chardev("socket,id=c0,path=/d"), "two -chardev"));
}

TEST_CASE("only control monitors are offered", "[cli]") {
  QemuMonitors monitors;
  CHECK(says(monitors.add_mon("chardev=c0"), "add mode=control"));
  CHECK(says(monitors.add_mon("chardev=c0,mode=readline"), "add mode=control"));
  CHECK(says(monitors.add_mon("mode=control"), "needs a chardev"));
  CHECK(says(monitors.add_mon("chardev=c0,mode=control,x=1"), "no setting 'x'"));
  CHECK(monitors.empty());
}
