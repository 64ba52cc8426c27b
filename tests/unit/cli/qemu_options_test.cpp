// SPDX-License-Identifier: MIT
#include "cli/qemu_options.hpp"

#include <catch2/catch.hpp>

using namespace qmpev;

namespace {

struct Taken {
  Result<bool> result = false;
  QemuOptions options{};
};

Taken take(std::vector<std::string> words) {
  ArgumentReader arguments(std::move(words));
  Taken taken;
  while (arguments.next()) {
    taken.result = take_qemu_option(arguments, taken.options);
    if (!taken.result || !taken.result.value()) break;
  }
  return taken;
}

std::string refusal(std::vector<std::string> words) {
  const Taken taken = take(std::move(words));
  REQUIRE_FALSE(taken.result);
  return taken.result.error().sentence;
}

}  // namespace

TEST_CASE("QEMU's options begin with one dash or two", "[cli]") {
  CHECK(long_name("-qmp") == "--qmp");
  CHECK(long_name("--qmp") == "--qmp");
  CHECK(long_name("-S") == "-S");
  CHECK(long_name("word") == "word");
  for (const char* spelling : {"-qmp", "--qmp"})
    CHECK_FALSE(take({spelling, "unix:/q"}).options.monitors.empty());
  CHECK_FALSE(take({"--qmp=unix:/q"}).options.monitors.empty());
  CHECK(take({"-qmp-pretty", "unix:/q"}).options.monitors.resolve().value()[0].pretty);
}

TEST_CASE("what QEMU's test library says is understood", "[cli]") {
  const Taken taken =
      take({"-qtest", "unix:/tmp/t.sock", "-qtest-log", "/dev/null", "-chardev",
            "socket,path=/tmp/t.qmp,id=char0", "-mon", "chardev=char0,mode=control", "-display", "none",
            "-audio", "none", "-nodefaults", "-machine", "none", "-accel", "qtest"});
  REQUIRE(taken.result);
  CHECK(taken.result.value());
  CHECK(taken.options.qtest_path == "/tmp/t.sock");
  CHECK(taken.options.monitors.resolve().value().size() == 1);
}

TEST_CASE("a machine has a name", "[cli]") {
  CHECK(take({"-name", "vm1"}).options.machine_name == "vm1");
  CHECK(take({"-name", "guest=vm2,debug-threads=on"}).options.machine_name == "vm2");
  CHECK(refusal({"-name", "debug-threads=on"}).find("needs a name") != std::string::npos);
}

TEST_CASE("what would not be true is refused", "[cli]") {
  CHECK(refusal({"-display", "gtk"}).find("can only be none here") != std::string::npos);
  CHECK(refusal({"-qtest", "tcp:localhost:1"}).find("only unix:PATH") != std::string::npos);
  CHECK(refusal({"-qtest", "unix:/t,server=on"}).find("no setting 'server'") != std::string::npos);
  CHECK(refusal({"-qtest", "unix:"}).find("path is empty") != std::string::npos);
  CHECK(take({"-qtest", "unix:/a,,b"}).options.qtest_path == "/a,b");
  CHECK(refusal({"-qmp"}).find("-qmp needs a value") == 0);
  CHECK(refusal({"--nodefaults=yes"}).find("takes no value") != std::string::npos);
}

TEST_CASE("other options are not QEMU's alone, or not known", "[cli]") {
  for (const char* other : {"--listen", "-S", "-device", "word"}) {
    const Taken taken = take({other});
    REQUIRE(taken.result);
    CHECK_FALSE(taken.result.value());
  }
}

TEST_CASE("what nobody knows is passed over with its value", "[cli]") {
  ArgumentReader arguments({"-device", "virtio-net,id=n", "-enable-x", "-smp", "4"});
  QemuOptions options;
  while (arguments.next()) ignore_option(arguments, options);
  CHECK(options.ignored == std::vector<std::string>{"-device virtio-net,id=n", "-enable-x", "-smp 4"});
}
