// SPDX-License-Identifier: MIT
#include "cli/monitor_line.hpp"

#include <catch2/catch.hpp>

using namespace qmpev;

TEST_CASE("each monitor is printed with its form, and who wants the other", "[cli]") {
  const std::string document = monitor_line({"/tmp/a.sock", WireForm::document});
  CHECK(document.find("qmpev ") == 0);
  CHECK(document.find("   unix:/tmp/a.sock   wire=document   (libvirt: wire=qemu)") != std::string::npos);
  const std::string qemu = monitor_line({"/tmp/b.sock", WireForm::qemu});
  CHECK(qemu.substr(qemu.find("unix:")) == "unix:/tmp/b.sock   wire=qemu");
  const std::string events =
      monitor_line({.path = "/tmp/c.sock", .form = WireForm::qemu, .role = ListenerRole::events_only});
  CHECK(events.substr(events.find("wire=")) == "wire=qemu   role=events (no command changes anything)");
}

TEST_CASE("a port with certificates says so, and what speaks with it", "[cli]") {
  const ListenerConfig listener{
      .form = WireForm::qemu, .role = ListenerRole::full, .tcp = TcpAddress{"::1", 4444}, .tls = TlsConfig{}};
  CHECK(monitor_line(listener).find("wire=qemu   tls") != std::string::npos);
  CHECK(try_text("qmpev", listener, false).find("try:  openssl s_client -quiet -connect [::1]:4444 ") == 0);
}

TEST_CASE("a port is printed as an address", "[cli]") {
  const std::string line = monitor_line(
      {.form = WireForm::qemu, .role = ListenerRole::events_only, .tcp = TcpAddress{"::1", 4444}});
  CHECK(line.substr(line.find("tcp:")) ==
        "tcp:[::1]:4444   wire=qemu   role=events (no command changes anything)");
  CHECK(
      try_text("qmpev", {.tcp = TcpAddress{"127.0.0.1", 4444}}, false).find("socat - TCP:127.0.0.1:4444\n") !=
      std::string::npos);
}

TEST_CASE("an abstract name is printed as one, and what finds it", "[cli]") {
  const ListenerConfig listener{.path = "vm", .form = WireForm::qemu, .abstract = true};
  CHECK(monitor_line(listener).find("   abstract:vm   wire=qemu") != std::string::npos);
  CHECK(try_text("qmpev", listener, false).find("try:  socat - ABSTRACT-CONNECT:vm\n") == 0);
}

TEST_CASE("a status names every monitor", "[cli]") {
  QemuMonitor monitor;
  monitor.chardev = parse_chardev("socket,id=a,fd=5").value();
  CHECK(status_text({{{.path = "/run/a.sock", .form = WireForm::document}},
                     {{.form = WireForm::qemu, .tcp = TcpAddress{"::1", 4444}}}},
                    {monitor}) == "QMP at unix:/run/a.sock (document), tcp:[::1]:4444 (qemu), fd:5 (qemu)");
  CHECK(status_text({}, {monitor}) == "QMP at fd:5 (qemu)");
}

TEST_CASE("a port with all powers is warned of by name", "[cli]") {
  QemuMonitor monitor;
  monitor.chardev = parse_chardev_device("-qmp", "tcp:0.0.0.0:4444,server=on,wait=off").value();
  CHECK(exposure_warning(monitor).find("whoever reaches tcp:0.0.0.0:4444 controls") == 0);
  const std::string line = monitor_line(monitor);
  CHECK(line.substr(line.find("tcp:")) == "tcp:0.0.0.0:4444   wire=qemu");
  monitor.chardev.server = false;
  CHECK(monitor_line(monitor).find("dialled") != std::string::npos);
  monitor.chardev = parse_chardev("socket,id=a,fd=3,server=on,wait=off").value();
  monitor.chardev.tcp = {"::1", 4444};
  CHECK(exposure_warning(monitor).find("whoever reaches tcp:[::1]:4444 (fd:3) controls") == 0);
}

TEST_CASE("what to try names the socket only where watch would not find it", "[cli]") {
  CHECK(try_text("qmpev", {.path = "/run/x.sock"}, true)
            .find("qmpev watch --json    qmpev trigger    socat - UNIX:/run/x.sock\n") != std::string::npos);
  CHECK(try_text("qmpev", {.path = "/run/x.sock"}, false)
            .find("qmpev watch --json /run/x.sock    qmpev trigger /run/x.sock    socat") !=
        std::string::npos);
}

TEST_CASE("the program is called again by the shortest way that works", "[cli]") {
  CHECK(callable_name("qmpev", "/src") == "qmpev");
  CHECK(callable_name("/src/build/qmpev", "/src") == "build/qmpev");
  CHECK(callable_name("/src/build/qmpev", "/elsewhere") == "/src/build/qmpev");
  CHECK(callable_name("./qmpev", "/src") == "./qmpev");
}
