// SPDX-License-Identifier: MIT
// Last words: a flush with a deadline, from the loop's thread and from others.
#include <poll.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include <catch2/catch.hpp>

#include <qmpev/server.hpp>

#include "support/negotiated.hpp"
#include "support/qmp_client.hpp"
#include "support/served.hpp"

using namespace qmpev;
using namespace std::chrono_literals;
using test::negotiated;
using test::QmpClient;
using test::Served;

namespace {

constexpr auto kPatience = 20s;  // a test that waits longer has failed

bool readable_now(const QmpClient& client) {
  pollfd wait{client.fd(), POLLIN, 0};
  return client.buffered() || poll(&wait, 1, 0) == 1;
}

bool is_event(const std::optional<std::string>& line, const std::string& name) {
  return line && line->find("\"event\": \"" + name + "\"") != std::string::npos;
}

/// More than any socket's buffer takes.
void flood(const Emitter& emitter) {
  const std::string path(250, 'x');
  for (int i = 0; i < 2'000; ++i) emitter.emit(DeviceDeleted{.path = path});
}

}  // namespace

TEST_CASE("after a flush from a device's thread its event is at the client", "[integration]") {
  Served served;
  QmpClient client = negotiated(served.path(WireForm::qemu));
  served.emitter().emit(GuestPanicked{GuestPanicAction::pause});
  CHECK(served.emitter().flush(kPatience) == FlushOutcome::done);
  CHECK(readable_now(client));
  CHECK(is_event(client.line(), "GUEST_PANICKED"));
}

TEST_CASE("a flush has delayed events sent as well", "[integration]") {
  Served served;
  QmpClient client = negotiated(served.path(WireForm::qemu));
  for (int actual : {1, 2}) served.emitter().emit(BalloonChange{actual});
  CHECK(served.emitter().flush(kPatience) == FlushOutcome::done);
  CHECK(readable_now(client));
  CHECK(client.line()->find("\"actual\": 1") != std::string::npos);
  CHECK(client.line()->find("\"actual\": 2") != std::string::npos);
}

TEST_CASE("a client that reads nothing makes a flush wait until its deadline, and no longer",
          "[integration]") {
  Served served;
  QmpClient stuck = negotiated(served.path(WireForm::qemu));
  QmpClient other = negotiated(served.path(WireForm::document));
  flood(served.emitter());
  CHECK(served.emitter().flush(1ms) == FlushOutcome::timed_out);
  CHECK(served.run([](Server& server) { return server.flush(1ms); }) == FlushOutcome::timed_out);
}

TEST_CASE("a flush is done as soon as a slow client has caught up", "[integration]") {
  Served served;
  QmpClient slow = negotiated(served.path(WireForm::qemu));
  flood(served.emitter());
  served.emitter().emit(Shutdown{});
  std::thread reading([&slow] {
    while (!is_event(slow.line(), "SHUTDOWN")) {
    }
  });
  CHECK(served.emitter().flush(kPatience) == FlushOutcome::done);
  reading.join();
  CHECK_FALSE(readable_now(slow));
}

TEST_CASE("on the loop's thread a flush serves slow clients meanwhile", "[integration]") {
  Served served;
  QmpClient slow = negotiated(served.path(WireForm::qemu));
  flood(served.emitter());
  served.emitter().emit(Shutdown{});
  std::thread reading([&slow] {
    while (!is_event(slow.line(), "SHUTDOWN")) {
    }
  });
  CHECK(served.run([](Server& server) { return server.flush(std::chrono::nanoseconds::max()); }) ==
        FlushOutcome::done);
  reading.join();
}

TEST_CASE("a flush says when the server is gone, also to who waits already", "[integration]") {
  Served served;
  const Emitter emitter = served.emitter();
  QmpClient stuck = negotiated(served.path(WireForm::qemu));
  flood(emitter);
  FlushOutcome outcome = FlushOutcome::done;
  std::thread waiting([&] { outcome = emitter.flush(kPatience); });
  while (emitter.flush(1ms) == FlushOutcome::timed_out) served.end();
  waiting.join();
  CHECK(outcome == FlushOutcome::loop_gone);
  CHECK(emitter.flush(kPatience) == FlushOutcome::loop_gone);
}

TEST_CASE("nobody dispatches the server: a flush from another thread gives up", "[integration]") {
  auto server = Server::create({});
  REQUIRE(server);
  CHECK(server.value()->emitter().flush(1ms) == FlushOutcome::timed_out);
  CHECK(server.value()->flush(0ms) == FlushOutcome::done);
}
