// SPDX-License-Identifier: MIT
// What src/capi/README.md says of fork: a child that becomes no other program may emit and _exit(), and holds
// the parent's connections open while it lives. In C, whose embedders fork.
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <string>

#include <catch2/catch.hpp>

#include <qmpev/qmpev.h>

#include "support/temporary_directory.hpp"
#include "support/unix_client.hpp"

namespace qmpev::test {
namespace {

/// A child by fork() that does something, says so, and stays until it is let go.
class Child {
 public:
  explicit Child(const std::function<void()>& act) {
    REQUIRE(::pipe(done_) == 0);
    REQUIRE(::pipe(leave_) == 0);
    pid_ = ::fork();
    REQUIRE(pid_ >= 0);
    if (pid_ == 0) {
      char byte = 0;
      ::close(leave_[1]);  // so that it ends with its parent
      act();
      const bool told = ::write(done_[1], "", 1) == 1;
      const bool let_go = ::read(leave_[0], &byte, 1) == 0;
      ::_exit(told && let_go ? 0 : 1);
    }
    ::close(done_[1]);
    char byte = 0;
    REQUIRE(::read(done_[0], &byte, 1) == 1);
  }
  ~Child() {
    let_go();
    for (const int fd : {done_[0], leave_[0]}) ::close(fd);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// How it ended.
  int let_go() {
    if (pid_ == 0) return status_;
    ::close(leave_[1]);
    while (::waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
    return status_;
  }

 private:
  int done_[2] = {}, leave_[2] = {};
  pid_t pid_ = 0;
  int status_ = -1;
};

struct House {
  House() {
    REQUIRE(qmpev_server_listen_unix(server, path.c_str(), QMPEV_WIRE_QEMU) == 0);
    client.emplace(path);
    REQUIRE(client->send(R"({"execute": "qmp_capabilities"})"));
    hear("return");
  }
  ~House() {
    qmpev_emitter_unref(emitter);
    qmpev_server_free(server);
  }
  std::string hear(const char* part) {
    std::string all;
    for (int turn = 0; turn < 1000 && all.find(part) == std::string::npos; ++turn) {
      qmpev_server_dispatch(server);
      all += client->take().value_or("closed");
    }
    return all;
  }
  std::uint64_t published(const char* event) const {
    qmpev_event_counters counters{};
    counters.size = sizeof counters;
    REQUIRE(qmpev_server_get_event_counters(server, event, &counters) == 0);
    CHECK(counters.emitted == counters.published);
    return counters.published;
  }

  TemporaryDirectory folder;
  std::string path = folder / "s";
  qmpev_server* server = qmpev_server_new(nullptr);
  qmpev_emitter* emitter = qmpev_server_get_emitter(server);
  std::optional<UnixClient> client;
};

TEST_CASE("a child emits to nobody, and its parent goes on", "[integration]") {
  House house;
  REQUIRE(house.hear("nothing comes").empty());  // the loop sleeps
  Child child([&] {
    for (int i = 0; i < 100; ++i) {
      const qmpev_stop stop = {sizeof stop};
      qmpev_emit_stop(house.emitter, &stop);
      qmpev_hook_balloon(house.emitter, 1U << 30, static_cast<std::uint32_t>(i));
    }
  });
  CHECK(house.hear("nothing comes").empty());
  const qmpev_resume resume = {sizeof resume};
  qmpev_emit_resume(house.emitter, &resume);
  CHECK_THAT(house.hear("RESUME"), !Catch::Contains("STOP") && !Catch::Contains("BALLOON"));
  CHECK(child.let_go() == 0);
  REQUIRE(house.client->send(R"({"execute": "query-version"})"));
  CHECK_THAT(house.hear("return"), Catch::Contains("major"));
  qmpev_emit_resume(house.emitter, &resume);
  CHECK_THAT(house.hear("RESUME"), Catch::Contains("RESUME"));
  CHECK(house.published("RESUME") == 2);
  CHECK(house.published("STOP") == 0);
  CHECK(::access(house.path.c_str(), F_OK) == 0);
}

TEST_CASE("a client does not learn of its session's end while a child lives", "[integration]") {
  House house;
  Child child([] {});
  qmpev_server_free(house.server);
  house.server = nullptr;
  CHECK(house.client->take() == "");  // neither bytes nor the end
  CHECK(child.let_go() == 0);
  REQUIRE(house.client->wait());
  CHECK_FALSE(house.client->take());
}

}  // namespace
}  // namespace qmpev::test
