// SPDX-License-Identifier: MIT
// Calls that overtake: commands of an embedder in C that may be carried out out of band.
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

void keep(qmpev_call* call, void* calls) {
  static_cast<std::vector<qmpev_call*>*>(calls)->push_back(qmpev_call_ref(call));
}

/// A client with `oob`, whose command `wait` is under way and stays so.
struct House {
  House() {
    REQUIRE(qmpev_server_listen_unix(server, path.c_str(), QMPEV_WIRE_QEMU) == 0);
    client.emplace(path);
    add("wait", keep, 0);
  }
  ~House() {
    for (qmpev_call* call : calls) qmpev_call_unref(call);
    qmpev_server_free(server);
  }
  void add(const char* name, qmpev_command_handler handler, std::size_t flags) {
    qmpev_command command{};
    command.size = sizeof command;
    command.name = name;
    command.handler = handler;
    command.user_data = &calls;
    command.flags = flags;
    const qmpev_argument argument = {"text", QMPEV_ARGUMENT_TEXT, 1};
    command.arguments = &argument;
    command.argument_count = 1;
    REQUIRE(qmpev_server_add_command(server, &command) == 0);
  }
  /// What the client reads until `part` has come.
  std::string ask(const std::string& request, const std::string& part) {
    REQUIRE(client->send(request));
    std::string all;
    for (int turn = 0; turn < 1000 && all.find(part) == std::string::npos; ++turn) {
      qmpev_server_dispatch(server);
      all += client->take().value_or("");
    }
    return all;
  }
  void begin() {
    ask(R"({"execute": "qmp_capabilities", "arguments": {"enable": ["oob"]}})", "return");
    ask(R"({"execute": "wait"}{"execute": "wait"})", "nothing comes");
    REQUIRE(calls.size() == 1);
  }

  qmpev::test::TemporaryDirectory folder;
  std::string path = folder / "s";
  qmpev_server* server = qmpev_server_new(nullptr);
  std::vector<qmpev_call*> calls;
  std::optional<UnixClient> client;
};

const char* const kLamp = R"({"exec-oob": "lamp", "arguments": {"text": "desk"}, "id": 7})";

}  // namespace

TEST_CASE("a command out of band is answered while another of its client is under way", "[capi]") {
  House house;
  house.add(
      "lamp",
      [](qmpev_call* call, void*) {
        CHECK(std::string(qmpev_call_get_text(call, "text")) == "desk");
        CHECK(qmpev_call_is_cancelled(call) == 0);
        CHECK(qmpev_call_answer(call, "[1]") == 0);
        CHECK(qmpev_call_answer(call, "[2]") == 0);  // ignored
      },
      QMPEV_COMMAND_ALLOW_OOB);
  house.begin();
  CHECK(house.ask(kLamp, "7") == "{\"return\": [1], \"id\": 7}\r\n");
  CHECK(house.calls.size() == 1);
  // In band it waits for its turn like any other.
  CHECK(house.ask(R"({"execute": "lamp", "arguments": {"text": "desk"}, "id": 8})", "8").empty());
}

TEST_CASE("a command that has not asked for it is refused out of band", "[capi]") {
  House house;
  house.add("lamp", keep, 0);
  house.begin();
  CHECK_THAT(house.ask(kLamp, "7"), Catch::Contains("does not support OOB"));
}

TEST_CASE("who does not answer at once does not answer", "[capi]") {
  House house;
  house.add("lamp", keep, QMPEV_COMMAND_ALLOW_OOB);
  house.begin();
  CHECK_THAT(house.ask(kLamp, "7"),
             Catch::Contains("GenericError") && Catch::Contains("lamp was not answered at once"));
  REQUIRE(house.calls.size() == 2);
  CHECK(qmpev_call_is_cancelled(house.calls[1]) == 1);
  CHECK(qmpev_call_answer(house.calls[1], "[1]") == 0);
  CHECK(house.ask("", "return").empty());
}

TEST_CASE("an answer at once may come from another thread, and be an error", "[capi]") {
  House house;
  house.add(
      "lamp",
      [](qmpev_call* call, void*) {
        std::thread worker([call] { qmpev_call_answer_error(call, "DeviceNotFound", "no lamp"); });
        worker.join();
      },
      QMPEV_COMMAND_ALLOW_OOB);
  house.begin();
  CHECK_THAT(house.ask(kLamp, "7"), Catch::Contains("DeviceNotFound") && Catch::Contains("no lamp"));
}
