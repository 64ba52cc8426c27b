// SPDX-License-Identifier: MIT
#include "cli/service_notice.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "base/unique_fd.hpp"
#include "monitor/unix_address.hpp"
#include "support/temporary_directory.hpp"

namespace qmpev::test {
namespace {

/// Who started the service.
class Starter {
 public:
  explicit Starter(const UnixAddress& address) : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    REQUIRE(::bind(socket_.get(), address.generic(), address.size) == 0);
  }
  /// What it was told next; empty: nothing is there.
  std::string told() const {
    char text[4096];
    const ssize_t size = ::recv(socket_.get(), text, sizeof text, MSG_DONTWAIT);
    return size < 0 ? "" : std::string(text, static_cast<std::size_t>(size));
  }

 private:
  UniqueFd socket_;
};

struct Service {
  explicit Service(const std::string& place)
      : notice(place, [this](const std::string& sentence) { log.push_back(sentence); }) {}
  std::vector<std::string> log;
  ServiceNotice notice;
};

TEST_CASE("who started the service is told of its beginning and its end", "[cli]") {
  const TemporaryDirectory folder;
  const std::string name = "qmpev-test-notice-" + std::to_string(::getpid());
  const std::string path = folder / "notify";
  const Starter at_path(UnixAddress::of_path(path).value());
  const Starter at_name(UnixAddress::of_abstract_name(name, true).value());
  for (const auto& [starter, place] : {std::pair(&at_path, path), std::pair(&at_name, "@" + name)}) {
    Service service(place);
    service.notice.ready("QMP at a");
    CHECK(starter->told() == "READY=1\nSTATUS=QMP at a");
    service.notice.stopping("over");
    CHECK(starter->told() == "STOPPING=1\nSTATUS=over");
    CHECK(starter->told().empty());
    CHECK(service.log.empty());
  }
}

TEST_CASE("a status is one line, whatever is in it", "[cli]") {
  const TemporaryDirectory folder;
  const Starter starter(UnixAddress::of_path(folder / "notify").value());
  Service(folder / "notify").notice.ready("QMP at /tmp/a\nMAINPID=1\x1b");
  CHECK(starter.told() == "READY=1\nSTATUS=QMP at /tmp/a?MAINPID=1?");
}

TEST_CASE("nobody is told where nobody wants to know", "[cli]") {
  Service service("");
  service.notice.ready("a");
  service.notice.stopping("b");
  CHECK(service.log.empty());
}

TEST_CASE("who cannot be told is told of in the log", "[cli]") {
  const TemporaryDirectory folder;
  const auto complaint = [](const std::string& place) {
    Service service(place);
    service.notice.ready("a");
    REQUIRE(service.log.size() == 1);
    return service.log[0];
  };
  CHECK(complaint(folder / "none") ==
        "cannot say READY=1 to NOTIFY_SOCKET " + folder / "none" + ": No such file or directory");
  CHECK(complaint("vsock:2:1234").find("it is neither a path nor an abstract name") != std::string::npos);
  CHECK(complaint("@").find("an abstract socket needs a name") != std::string::npos);
  CHECK(complaint("/" + std::string(200, 'p')).find("choose a shorter one") != std::string::npos);
}

TEST_CASE("who never reads is not waited for without end", "[cli]") {
  const TemporaryDirectory folder;
  const std::string path = folder / "notify";
  const Starter starter(UnixAddress::of_path(path).value());
  const UnixAddress address = UnixAddress::of_path(path).value();
  const UniqueFd other(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  while (::sendto(other.get(), "x", 1, 0, address.generic(), address.size) == 1) {
  }
  Service service(path);
  service.notice.ready("a");
  REQUIRE(service.log.size() == 1);
  CHECK(service.log[0].find("nobody reads there") != std::string::npos);
}

TEST_CASE("the variable is gone when it was read", "[cli]") {
  ::setenv("NOTIFY_SOCKET", "@a", 1);
  CHECK(ServiceNotice::take_place_from_environment() == "@a");
  CHECK(std::getenv("NOTIFY_SOCKET") == nullptr);
  CHECK(ServiceNotice::take_place_from_environment().empty());
}

}  // namespace
}  // namespace qmpev::test
