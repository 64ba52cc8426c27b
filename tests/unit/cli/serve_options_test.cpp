// SPDX-License-Identifier: MIT
#include "cli/serve_options.hpp"

#include <catch2/catch.hpp>

using namespace qmpev;

namespace {

std::string refusal(std::vector<std::string> words) {
  return parse_serve_options(std::move(words)).error().sentence;
}

}  // namespace

TEST_CASE("serve without options listens where the default is", "[cli]") {
  const ServeOptions options = parse_serve_options({}).value();
  CHECK(options.listen.empty());
  CHECK_FALSE(options.demo);
  CHECK_FALSE(options.help);
}

TEST_CASE("serve takes several listeners, in order, and the demo", "[cli]") {
  const ServeOptions options =
      parse_serve_options({"--listen", "unix:a", "--demo", "--listen=unix:b,wire=qemu"}).value();
  REQUIRE(options.listen.size() == 2);
  CHECK(options.listen[0].path == "a");
  CHECK(options.listen[1].form == WireForm::qemu);
  CHECK(options.demo);
}

TEST_CASE("serve takes a transcript", "[cli]") {
  CHECK_FALSE(parse_serve_options({}).value().transcript);
  const ServeOptions options = parse_serve_options({"--transcript", "t,limit=1M"}).value();
  REQUIRE(options.transcript);
  CHECK(options.transcript->path == "t");
  CHECK(options.transcript->limit_bytes == std::uint64_t{1} << 20);
  CHECK(refusal({"--transcript"}) == "--transcript needs a value: --transcript FILE[,limit=SIZE]");
}

TEST_CASE("serve takes one quorum of files, which the demo cannot use", "[cli]") {
  CHECK_FALSE(parse_serve_options({}).value().hypervisor.quorum);
  const ServeOptions options = parse_serve_options({"--quorum", "vda,file=a,file=b,,c"}).value();
  REQUIRE(options.hypervisor.quorum);
  CHECK(options.hypervisor.quorum->name == "vda");
  CHECK(options.hypervisor.quorum->files.at(1).path == "b,c");
  CHECK(refusal({"--quorum"}).find("--quorum needs a value: --quorum NAME,file=PATH,file=PATH") == 0);
  CHECK(refusal({"--quorum=vda"}).find("--quorum vda has no file") == 0);
  CHECK(refusal({"--quorum=q,file=a", "--quorum=r,file=b"}) ==
        "--quorum can be given once: the machine has one disk");
  CHECK(refusal({"--quorum=q,file=a", "--demo"}) ==
        "--demo plays with a disk of its own in memory: leave out --quorum");
}

TEST_CASE("the demo is refused on a machine of which it would not be true, however it is called", "[cli]") {
  for (const char* demo : {"--demo", "--scenario=demo"}) {
    INFO(demo);
    CHECK(refusal({demo, "--quorum=q,file=a"}).find("leave out --quorum") != std::string::npos);
    CHECK(refusal({demo, "--spice", "none"}).find("leave out --spice none") != std::string::npos);
    for (const char* action : {"panic=none", "panic=shutdown", "panic=exit-failure", "reboot=shutdown"})
      CHECK(refusal({"--action", action, demo}).find("leave out --action") != std::string::npos);
    CHECK(refusal({"-S", demo}).find("leave out -S") != std::string::npos);
    CHECK(parse_serve_options({demo, "--no-shutdown", "--action", "panic=pause,reboot=reset"}));
  }
  CHECK(parse_serve_options({"--scenario=panic-and-recovery", "--action", "panic=none", "-S"}));
}

TEST_CASE("serve takes policies, adding them up, and a machine that waits", "[cli]") {
  CHECK(parse_serve_options({}).value().hypervisor.machine.start_running);
  const MachineConfig machine =
      parse_serve_options({"--action", "panic=none", "--no-shutdown", "-S", "--action=reboot=shutdown"})
          .value()
          .hypervisor.machine;
  CHECK(machine.actions.panic == PanicPolicy::none);
  CHECK(machine.actions.shutdown == ShutdownPolicy::pause);
  CHECK(machine.actions.reboot == RebootPolicy::shutdown);
  CHECK_FALSE(machine.start_running);
  CHECK(refusal({"--action", "panic=off"}).find("use panic=pause|") != std::string::npos);
  CHECK(refusal({"--action"}) == "--action needs a value: --action panic=pause|shutdown|exit-failure|none");
  CHECK(refusal({"--no-shutdown=1"}) == "--no-shutdown takes no value: leave out `=1`");
}

TEST_CASE("serve refuses what it does not know", "[cli]") {
  CHECK(refusal({"--frobnicate"}) == "unknown option --frobnicate: see qmpev serve --help");
  CHECK(refusal({"--listen"}) ==
        "--listen needs a value: --listen "
        "unix:PATH|tcp:HOST:PORT|fd:NAME[,wire=document|qemu][,role=full|events][,slow=keep|close][,SETTING]."
        "..");
  CHECK(refusal({"--listen", "unix:a,wire=x"}).find("unknown wire form 'x'") == 0);
  CHECK(refusal({"--demo=1"}).find("--demo takes no value") == 0);
  CHECK(refusal({"/tmp/a.sock"}).find("name a socket with --listen unix:PATH") != std::string::npos);
  CHECK(refusal({"-device", "virtio-net"}) == "unknown option -device: see qmpev serve --help");
}

TEST_CASE("serve takes monitors in QEMU's spelling, and then is a machine as QEMU's", "[cli]") {
  const auto actions = [](std::vector<std::string> words) {
    return parse_serve_options(std::move(words)).value().hypervisor.machine.actions;
  };
  const ServeOptions options =
      parse_serve_options({"-qmp", "unix:a,server=on,wait=off", "-name", "vm1", "-nodefaults"}).value();
  CHECK(options.qemu_monitors.size() == 1);
  CHECK(options.hypervisor.name == "vm1");
  CHECK(options.hypervisor.machine.actions.panic == PanicPolicy::shutdown);
  CHECK(actions({"-action", "panic=none", "-qmp", "unix:a"}).panic == PanicPolicy::none);
  CHECK(actions({"-qmp", "unix:a", "--listen", "unix:b"}).panic == PanicPolicy::pause);
  CHECK(actions({"-qmp", "unix:a", "-no-shutdown"}).shutdown == ShutdownPolicy::pause);
  CHECK(actions({"-no-reboot"}).reboot == RebootPolicy::shutdown);
  CHECK(actions({}).panic == PanicPolicy::pause);
  CHECK(parse_serve_options({"-preconfig"}).value().hypervisor.machine.preconfig);
  CHECK(refusal({"-qmp", "unix:a", "--scenario", "demo"}).find("add --listen") != std::string::npos);
  CHECK(refusal({"-mon", "chardev=x,mode=control"}).find("no -chardev with that id") != std::string::npos);
}

TEST_CASE("what is not known is passed over when it may be", "[cli]") {
  for (const char* spelling : {"-ignore-unknown-options", "--ignore-unknown-options"}) {
    std::vector<std::string> words{"-device", "virtio-net", "-enable-x", "-S"};
    const auto place = GENERATE(0, 2, 4);  // also behind what it covers
    words.insert(words.begin() + place, spelling);
    const ServeOptions options = parse_serve_options(std::move(words)).value();
    CHECK(options.qemu.ignored == std::vector<std::string>{"-device virtio-net", "-enable-x"});
    CHECK_FALSE(options.hypervisor.machine.start_running);
  }
  CHECK(refusal({"-device", "virtio-net"}).find("unknown option -device") == 0);
}

TEST_CASE("serve takes one SPICE server", "[cli]") {
  using Kind = SpiceOption::Kind;
  CHECK(parse_serve_options({}).value().hypervisor.spice.kind == Kind::synthetic);
  CHECK(parse_serve_options({"--spice", "none"}).value().hypervisor.spice.kind == Kind::none);
  CHECK(parse_serve_options({"--spice=port=5930"}).value().hypervisor.spice.listen.port == 5930);
  CHECK(refusal({"--spice"}).find("--spice needs a value") == 0);
  CHECK(refusal({"--spice", "5930"}).find("'5930' is no setting of --spice") == 0);
  CHECK(refusal({"--spice", "none", "--spice", "port=1"}).find("give --spice once") != std::string::npos);
}

TEST_CASE("serve explains itself when asked", "[cli]") {
  CHECK(parse_serve_options({"--help"}).value().help);
}

TEST_CASE("serve takes one scenario, and a seed for it", "[cli]") {
  CHECK(parse_serve_options({}).value().scenario.empty());
  const ServeOptions options = parse_serve_options({"--seed=7", "--scenario", "./a.json"}).value();
  CHECK(options.scenario == "./a.json");
  CHECK(options.seed == 7u);
  CHECK(options.played() == "./a.json");
  CHECK(parse_serve_options({"--demo"}).value().played() == kDemoScenario);
  CHECK(parse_serve_options({}).value().played().empty());
  CHECK(refusal({"--seed", "7"}).find("add --scenario") != std::string::npos);
  CHECK(refusal({"--seed", "x", "--scenario", "a"}).find("--seed takes") == 0);
  CHECK(refusal({"--demo", "--scenario", "a"}).find("choose one") != std::string::npos);
  CHECK(refusal({"--demo", "--spice", "none"}).find("leave out --spice none") != std::string::npos);
  CHECK(refusal({"--scenario="}).find("--scenario list") != std::string::npos);
}

TEST_CASE("a machine may wait until it is built, but no scenario with it", "[cli]") {
  CHECK_FALSE(parse_serve_options({}).value().hypervisor.machine.preconfig);
  CHECK(parse_serve_options({"--preconfig"}).value().hypervisor.machine.preconfig);
  CHECK(refusal({"--preconfig", "--scenario=a"}).find("leave out --preconfig") != std::string::npos);
}

TEST_CASE("a scenario asks for things at the first monitor, so that one takes commands", "[cli]") {
  CHECK(parse_serve_options({"--scenario=a", "--listen", "unix:a", "--listen", "unix:b,role=events"}));
  CHECK(refusal({"--scenario=a", "--listen", "unix:a,role=events"}).find("--scenario is a client") == 0);
  CHECK(refusal({"--scenario=a", "--listen", "tcp:127.0.0.1:0,role=full,tls=f"}).find("has no certificate") !=
        std::string::npos);
  // What a passed socket is, is known later.
  const ServeOptions passed = parse_serve_options({"--scenario=a", "--listen", "fd:a"}).value();
  CHECK(check_played_at(passed, {.role = ListenerRole::full}));
  CHECK_FALSE(check_played_at(passed, {.role = ListenerRole::events_only}));
  CHECK(check_played_at(passed, {.role = ListenerRole::full, .abstract = true})
            .error()
            .sentence.find("abstract name") != std::string::npos);
  CHECK(check_played_at(parse_serve_options({}).value(), {.role = ListenerRole::events_only}));
}
