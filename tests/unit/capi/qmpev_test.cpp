// SPDX-License-Identifier: MIT
#include <qmpev/qmpev.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include <glib.h>

#include <catch2/catch.hpp>

#include "support/served.hpp"
#include "support/unix_client.hpp"

namespace {

struct Freed {
  qmpev_server* server = nullptr;
  ~Freed() { qmpev_server_free(server); }
};

bool says(const char* word) {
  return std::strstr(qmpev_last_error(), word) != nullptr;
}

}  // namespace

TEST_CASE("null is refused or a no-op everywhere, never a crash", "[capi]") {
  qmpev_server_free(nullptr);
  CHECK(qmpev_server_get_fd(nullptr) == -1);
  CHECK(qmpev_server_dispatch(nullptr) == 0);
  CHECK(qmpev_server_flush(nullptr) == 0);
  CHECK(qmpev_server_get_emitter(nullptr) == nullptr);
  CHECK(qmpev_emitter_ref(nullptr) == nullptr);
  qmpev_emitter_unref(nullptr);
  CHECK(qmpev_server_listen_unix(nullptr, "/tmp/x", QMPEV_WIRE_QEMU) == -EINVAL);
  CHECK(qmpev_server_attach(nullptr, nullptr) == -EINVAL);
  const qmpev_stop stop = {sizeof stop};
  qmpev_emit_stop(nullptr, &stop);
}

TEST_CASE("a configuration of a newer header is taken while its new members are not used", "[capi]") {
  struct Newer {
    qmpev_server_config known;
    void* added;
  } config{};
  config.known.size = sizeof config;
  Freed server{qmpev_server_new(&config.known)};
  CHECK(server.server != nullptr);
  config.added = &config;
  CHECK(qmpev_server_new(&config.known) == nullptr);
  CHECK(says("size"));
}

TEST_CASE("a configuration of the first header is taken, whatever lies behind it", "[capi]") {
  qmpev_server_config config{};
  config.size = offsetof(qmpev_server_config, max_throttle_keys);
  config.max_throttle_keys = 1;  // not the caller's
  Freed server{qmpev_server_new(&config)};
  CHECK(server.server != nullptr);
  config.size -= 1;
  CHECK(qmpev_server_new(&config) == nullptr);
}

TEST_CASE("limits have the names and ranges of the C++ ones", "[capi]") {
  qmpev_server_config config{};
  config.size = sizeof config;
  const std::pair<std::size_t qmpev_server_config::*, const char*> limits[] = {
      {&qmpev_server_config::max_throttle_keys, "throttle_keys"},
      {&qmpev_server_config::max_kept_keys, "kept_keys"},
      {&qmpev_server_config::max_message_bytes, "message_bytes"},
      {&qmpev_server_config::max_message_tokens, "message_tokens"},
      {&qmpev_server_config::max_message_depth, "message_depth"},
      {&qmpev_server_config::max_input_bytes, "input_bytes"}};
  for (const auto& [limit, name] : limits) {
    config.*limit = SIZE_MAX;
    CHECK(qmpev_server_new(&config) == nullptr);
    CHECK(says(name));
    config.*limit = 0;
  }
  config.max_kept_keys = 1;
  Freed server{qmpev_server_new(&config)};
  CHECK(server.server != nullptr);
}

TEST_CASE("a configuration that cannot be is refused with a sentence", "[capi]") {
  qmpev_server_config config{};
  SECTION("size forgotten") {
    CHECK(qmpev_server_new(&config) == nullptr);
    CHECK(says("sizeof(qmpev_server_config)"));
  }
  SECTION("size never set") {
    config.size = SIZE_MAX;
    CHECK(qmpev_server_new(&config) == nullptr);
    CHECK(says("sizeof(qmpev_server_config)"));
  }
  SECTION("a ring that is no power of two") {
    config.size = sizeof config;
    config.ring_bytes = 100'000;
    CHECK(qmpev_server_new(&config) == nullptr);
    CHECK(says("power of two"));
  }
  SECTION("a log that is too small") {
    config.size = sizeof config;
    config.log_bytes = 1;
    CHECK(qmpev_server_new(&config) == nullptr);
    CHECK(says("log_bytes"));
  }
}

TEST_CASE("a configuration reaches the clients", "[capi]") {
  qmpev::test::TemporaryDirectory folder;
  qmpev_server_config config{};
  config.size = sizeof config;
  config.name = "vm1";
  config.version_major = 9;
  config.version_package = "mine";
  Freed server{qmpev_server_new(&config)};
  const std::string path = folder / "s";
  REQUIRE(qmpev_server_listen_unix(server.server, path.c_str(), QMPEV_WIRE_QEMU) == 0);
  qmpev::test::UnixClient client(path);
  REQUIRE(client.send(R"({"execute": "qmp_capabilities"}{"execute": "query-name"})"));
  std::string lines;
  for (int turn = 0; turn < 100 && lines.find("vm1") == std::string::npos; ++turn) {
    qmpev_server_dispatch(server.server);
    lines += client.take().value_or("");
  }
  CHECK(lines.find(R"({"micro": 0, "minor": 0, "major": 9}, "package": "mine")") != std::string::npos);
  CHECK(lines.find(R"({"return": {"name": "vm1"}})") != std::string::npos);
}

TEST_CASE("the log's data is freed once, also when the server is refused", "[capi]") {
  int freed = 0;
  qmpev_server_config config{};
  config.size = sizeof config;
  config.log = [](qmpev_log_level, const char*, void*) {};
  config.log_user_data = &freed;
  config.log_free = [](void* data) { ++*static_cast<int*>(data); };
  const bool refused = GENERATE(false, true);
  if (refused) config.ring_bytes = 1;
  qmpev_server* server = qmpev_server_new(&config);
  CHECK((server == nullptr) == refused);
  CHECK(freed == (refused ? 1 : 0));
  qmpev_server_free(server);
  CHECK(freed == 1);
}

TEST_CASE("listening fails with the errno and the sentence of its cause", "[capi]") {
  qmpev::test::TemporaryDirectory folder;
  Freed one{qmpev_server_new(nullptr)}, two{qmpev_server_new(nullptr)};
  REQUIRE(one.server != nullptr);
  const std::string path = folder / "s";
  CHECK(qmpev_server_listen_unix(one.server, nullptr, QMPEV_WIRE_QEMU) == -EINVAL);
  CHECK(qmpev_server_listen_unix(one.server, path.c_str(), 2) == -EINVAL);
  CHECK(says("QMPEV_WIRE_DOCUMENT"));
  REQUIRE(qmpev_server_listen_unix(one.server, path.c_str(), QMPEV_WIRE_QEMU) == 0);
  CHECK(qmpev_server_listen_unix(two.server, path.c_str(), QMPEV_WIRE_QEMU) == -EADDRINUSE);
  CHECK(says(path.c_str()));
  CHECK(qmpev_server_listen_unix(two.server, std::string(108, 'p').c_str(), QMPEV_WIRE_QEMU) == -EINVAL);
  CHECK(qmpev_server_listen_unix(two.server, (folder / "no/s").c_str(), QMPEV_WIRE_QEMU) == -ENOENT);
}

TEST_CASE("a context is attached once", "[capi]") {
  Freed server{qmpev_server_new(nullptr)};
  GMainContext* context = g_main_context_new();
  CHECK(qmpev_server_attach(server.server, nullptr) == -EINVAL);
  CHECK(qmpev_server_attach(server.server, context) == 0);
  CHECK(qmpev_server_attach(server.server, context) == -EALREADY);
  qmpev_server_free(server.server);
  server.server = nullptr;
  CHECK_FALSE(g_main_context_pending(context));
  g_main_context_unref(context);
}

TEST_CASE("an emitter handle outlives its server and counts its references", "[capi]") {
  qmpev_server* server = qmpev_server_new(nullptr);
  qmpev_emitter* emitter = qmpev_server_get_emitter(server);
  CHECK(qmpev_emitter_ref(emitter) == emitter);
  qmpev_emitter_unref(emitter);
  qmpev_server_free(server);
  const qmpev_balloon_change change = {sizeof change, 1};
  qmpev_emit_balloon_change(emitter, &change);
  qmpev_emitter_unref(emitter);
}

TEST_CASE("the version is the project's, and the last error never null", "[capi]") {
  CHECK(std::string(qmpev_version()) == QMPEV_TEST_VERSION);
  CHECK(qmpev_last_error() != nullptr);
}

TEST_CASE("the machine's life is the embedder's, in C as well", "[capi]") {
  struct Machine {
    std::string asked;
    bool refuses = false;
  } machine;
  qmpev_server_config config{};
  config.size = sizeof config;
  config.run_user_data = &machine;
  config.run_status = [](int* running, void*) {
    *running = 1;
    return "running";
  };
  config.run_stop = [](const char**, void* data) {
    static_cast<Machine*>(data)->asked += "stop ";
    return 0;
  };
  config.run_cont = [](const char** why, void* data) {
    static_cast<Machine*>(data)->asked += "cont ";
    *why = "not now";
    return -1;
  };
  config.run_quit = [](const char**, void*) { return 1; };
  qmpev::test::TemporaryDirectory folder;
  Freed server{qmpev_server_new(&config)};
  REQUIRE(server.server != nullptr);
  const std::string path = folder / "s";
  REQUIRE(qmpev_server_listen_unix(server.server, path.c_str(), QMPEV_WIRE_QEMU) == 0);
  qmpev::test::UnixClient client(path);
  REQUIRE(client.send(R"({"execute":"qmp_capabilities"}{"execute":"query-status"}{"execute":"stop","id":1})"
                      R"({"execute":"cont"}{"execute":"quit"}{"execute":"system_reset","id":"last"})"));
  std::string all;
  for (int turn = 0; turn < 1000 && all.find("last") == std::string::npos; ++turn) {
    qmpev_server_dispatch(server.server);
    all += client.take().value_or("");
  }
  CHECK(machine.asked == "stop cont ");
  for (const char* part : {R"("status": "running")", R"("running": true)", R"({"return": {}, "id": 1})",
                           R"("desc": "not now")", R"("desc": "the machine refused")",
                           R"("class": "CommandNotFound", "desc": "The command system_reset)"})
    CHECK_THAT(all, Catch::Contains(part));
}
