// SPDX-License-Identifier: MIT
// Commands of an embedder in C: answered at once, later, from another thread, wrongly, never.
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include <qmpev/qmpev.h>

#include "support/temporary_directory.hpp"
#include "support/unix_client.hpp"

using qmpev::test::UnixClient;

namespace {

/// Keeps what its handler was called with.
struct Seen {
  std::vector<qmpev_call*> calls;
  int freed = 0;
};

void keep(qmpev_call* call, void* seen) {
  static_cast<Seen*>(seen)->calls.push_back(qmpev_call_ref(call));
}

struct House {
  House() {
    REQUIRE(qmpev_server_listen_unix(server, path.c_str(), QMPEV_WIRE_QEMU) == 0);
    client.emplace(path);
  }
  ~House() {
    for (qmpev_call* call : seen.calls) qmpev_call_unref(call);
    qmpev_server_free(server);
  }
  qmpev_command command(qmpev_command_handler handler = keep) {
    qmpev_command made{};
    made.size = sizeof made;
    made.name = "lamp";
    made.handler = handler;
    made.user_data = &seen;
    made.user_data_free = [](void* data) { ++static_cast<Seen*>(data)->freed; };
    made.arguments = arguments;
    made.argument_count = 3;
    return made;
  }
  void begin(const std::string& request) {
    REQUIRE(client->send(R"({"execute":"qmp_capabilities"})" + request));
    for (int turn = 0; turn < 1000 && seen.calls.empty(); ++turn) qmpev_server_dispatch(server);
    static_cast<void>(client->take());
  }
  std::string answer() {
    std::string all;
    for (int turn = 0; turn < 1000 && all.find("\r\n") == std::string::npos; ++turn) {
      qmpev_server_dispatch(server);
      all += client->take().value_or("closed\r\n");
    }
    return all;
  }

  qmpev::test::TemporaryDirectory folder;
  std::string path = folder / "s";
  Seen seen;
  qmpev_argument arguments[3] = {{"name", QMPEV_ARGUMENT_TEXT, 0},
                                 {"level", QMPEV_ARGUMENT_INTEGER, 1},
                                 {"lit", QMPEV_ARGUMENT_BOOLEAN, 1}};
  qmpev_server* server = qmpev_server_new(nullptr);
  std::optional<UnixClient> client;
};

const char* const kLamp = R"({"execute":"lamp","arguments":{"name":"desk","level":-3,"lit":true},"id":7})";

bool says(const char* part) {
  INFO(qmpev_last_error());
  return std::strstr(qmpev_last_error(), part) != nullptr;
}

}  // namespace

TEST_CASE("a handler finds its arguments, and answers later from another thread", "[capi]") {
  House house;
  const qmpev_command lamp = house.command();
  REQUIRE(qmpev_server_add_command(house.server, &lamp) == 0);
  house.begin(kLamp);
  REQUIRE(house.seen.calls.size() == 1);
  qmpev_call* const call = house.seen.calls[0];
  CHECK(std::string(qmpev_call_get_arguments(call)).find("desk") != std::string::npos);
  CHECK(std::string(qmpev_call_get_text(call, "name")) == "desk");
  CHECK(qmpev_call_get_text(call, "level") == nullptr);
  CHECK(qmpev_call_get_text(call, "none") == nullptr);
  std::int64_t level = 0;
  int lit = 0;
  CHECK(qmpev_call_get_integer(call, "level", &level) == 1);
  CHECK(level == -3);
  CHECK(qmpev_call_get_boolean(call, "lit", &lit) == 1);
  CHECK(lit == 1);
  CHECK(qmpev_call_get_integer(call, "name", &level) == 0);
  CHECK(qmpev_call_get_boolean(call, "level", &lit) == 0);
  CHECK(qmpev_call_is_cancelled(call) == 0);
  CHECK(qmpev_call_answer(call, "{no json") == -EINVAL);
  CHECK(says("no JSON"));
  CHECK(qmpev_call_answer(call, "") == -EINVAL);
  std::thread worker([call] { qmpev_call_answer(call, R"({"lit": [1, null]})"); });
  worker.join();
  CHECK(house.answer() == "{\"return\": {\"lit\": [1, null]}, \"id\": 7}\r\n");
  CHECK(qmpev_call_answer(call, nullptr) == 0);  // again: counted, otherwise nothing
}

TEST_CASE("answers of every kind reach the client", "[capi]") {
  House house;
  qmpev_command lamp = house.command();
  const int kind = GENERATE(0, 1, 2, 3);
  const qmpev_command_handler handlers[] = {
      [](qmpev_call* call, void*) { qmpev_call_answer(call, nullptr); },
      [](qmpev_call* call, void*) { qmpev_call_answer_error(call, nullptr, "it is broken"); },
      [](qmpev_call* call, void*) {
        if (qmpev_call_answer_error(call, "NoClass", "x") == -EINVAL)
          qmpev_call_answer_error(call, "DeviceNotFound", nullptr);
      },
      [](qmpev_call*, void*) {}};
  const char* const answers[] = {R"({"return": {}, "id": 7})",
                                 R"("class": "GenericError", "desc": "it is broken")",
                                 R"("class": "DeviceNotFound")", R"("class": "GenericError", "desc": ")"};
  lamp.handler = handlers[kind];
  REQUIRE(qmpev_server_add_command(house.server, &lamp) == 0);
  REQUIRE(house.client->send(std::string(R"({"execute":"qmp_capabilities"})") + kLamp));
  std::string all;
  for (int turn = 0; turn < 1000 && all.find("\"id\": 7") == std::string::npos; ++turn) {
    qmpev_server_dispatch(house.server);
    all += house.client->take().value_or("");
  }
  CHECK_THAT(all, Catch::Contains(answers[kind]));
}

TEST_CASE("a client that goes cancels, and the handler can tell", "[capi]") {
  House house;
  const qmpev_command lamp = house.command();
  REQUIRE(qmpev_server_add_command(house.server, &lamp) == 0);
  house.begin(kLamp);
  house.client.reset();
  for (int turn = 0; turn < 1000 && qmpev_call_is_cancelled(house.seen.calls[0]) == 0; ++turn)
    qmpev_server_dispatch(house.server);
  CHECK(qmpev_call_is_cancelled(house.seen.calls[0]) == 1);
  CHECK(qmpev_call_answer(house.seen.calls[0], nullptr) == 0);
  qmpev_server_free(house.server);  // before the call goes
  house.server = nullptr;
  CHECK(house.seen.freed == 1);
}

TEST_CASE("a command that cannot be is refused, and its data freed all the same", "[capi]") {
  House house;
  qmpev_command lamp = house.command();
  SECTION("null and sizes") {
    CHECK(qmpev_server_add_command(nullptr, &lamp) == -EINVAL);
    CHECK(qmpev_server_add_command(house.server, nullptr) == -EINVAL);
    lamp.size -= 1;
    CHECK(qmpev_server_add_command(house.server, &lamp) == -EINVAL);
    CHECK(says("sizeof(qmpev_command)"));
    CHECK(house.seen.freed == 0);
    return;
  }
  SECTION("no handler") {
    lamp.handler = nullptr;
  }
  SECTION("a name that is taken") {
    lamp.name = "query-status";
    lamp.argument_count = 0;
    lamp.name = "qmp_capabilities";
  }
  SECTION("no arguments where some are counted") {
    lamp.arguments = nullptr;
  }
  SECTION("an argument without a name") {
    house.arguments[1].name = nullptr;
  }
  SECTION("an argument of no type") {
    house.arguments[1].type = 6;
  }
  SECTION("a flag that there is not") {
    lamp.flags = 8;
  }
  CHECK(qmpev_server_add_command(house.server, &lamp) == -EINVAL);
  CHECK(house.seen.freed == 1);
}

TEST_CASE("no call, no answer", "[capi]") {
  std::int64_t integer = 0;
  int boolean = 0;
  CHECK(qmpev_call_answer(nullptr, nullptr) == -EINVAL);
  CHECK(qmpev_call_answer_error(nullptr, nullptr, nullptr) == -EINVAL);
  CHECK(std::string(qmpev_call_get_arguments(nullptr)) == "{}");
  CHECK(qmpev_call_get_text(nullptr, "a") == nullptr);
  CHECK(qmpev_call_get_integer(nullptr, "a", &integer) == 0);
  CHECK(qmpev_call_get_boolean(nullptr, "a", &boolean) == 0);
  CHECK(qmpev_call_is_cancelled(nullptr) == 0);
  CHECK(qmpev_call_ref(nullptr) == nullptr);
  qmpev_call_unref(nullptr);
}
