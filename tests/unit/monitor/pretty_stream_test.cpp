// SPDX-License-Identifier: MIT
#include "monitor/pretty_stream.hpp"

#include <catch2/catch.hpp>

#include "support/fake_stream.hpp"

namespace qmpev::test {
namespace {

constexpr std::string_view kCompact =
    "{\"return\": {\"a\": [], \"b\": {}, \"c\": [1, 2]}, \"id\": \"x, {\\\"y\\\\\"}\r\n{\"event\": "
    "\"STOP\"}\r\n";
constexpr std::string_view kSpread =
    "{\r\n    \"return\": {\r\n        \"a\": [\r\n        ],\r\n        \"b\": {\r\n        },\r\n        "
    "\"c\": "
    "[\r\n            1,\r\n            2\r\n        ]\r\n    },\r\n    \"id\": \"x, "
    "{\\\"y\\\\\"\r\n}\r\n{\r\n    \"event\": \"STOP\"\r\n}\r\n";

struct CountingUser final : StreamUser {
  void ready(Readiness readiness) noexcept override { last = readiness; }
  Readiness last;
};

TEST_CASE("text is spread as QEMU spreads it, however it is cut", "[monitor]") {
  for (std::size_t piece = 1; piece <= kCompact.size(); ++piece) {
    PrettyText text;
    std::string out;
    for (std::size_t at = 0; at < kCompact.size(); at += piece) text.add(kCompact.substr(at, piece), out);
    CHECK(out == kSpread);
  }
}

TEST_CASE("what the stream behind does not take is held, and sent when there is room", "[monitor]") {
  const auto client = std::make_shared<FakeClient>();
  client->room = 0;
  const auto stream = make_pretty_stream(std::make_unique<FakeStream>(client));
  CountingUser user;
  stream->attach(user);
  stream->want(true, false);
  CHECK(stream->write(kCompact.data(), kCompact.size()) == static_cast<ssize_t>(kCompact.size()));
  CHECK(client->received.empty());
  CHECK(client->wants_output);  // though its user wants none
  CHECK(stream->write("x", 1) == -EAGAIN);
  CHECK(stream->holds_output());
  for (std::size_t sent = 0; sent < kSpread.size(); sent += 7) {
    client->read(7);
    client->poll();
    CHECK(user.last.writable == (client->received.size() == kSpread.size()));
  }
  CHECK(client->received == kSpread);
  CHECK_FALSE(stream->holds_output());
  CHECK_FALSE(client->wants_output);
  CHECK(client->wants_input);
}

TEST_CASE("only so much is taken at once, and a failure is handed on", "[monitor]") {
  const auto client = std::make_shared<FakeClient>();
  const auto stream = make_pretty_stream(std::make_unique<FakeStream>(client));
  const std::string long_text(3 * kPrettyChunkBytes, '1');
  CHECK(stream->write(long_text.data(), long_text.size()) == static_cast<ssize_t>(kPrettyChunkBytes));
  client->write_error = EPIPE;
  CHECK(stream->write("1", 1) == -EPIPE);
  client->input = "in";
  char bytes[8];
  CHECK(stream->read(bytes, sizeof bytes) == 2);
}

TEST_CASE("what the kernel has no memory for just now is held on", "[monitor]") {
  const auto client = std::make_shared<FakeClient>();
  const auto stream = make_pretty_stream(std::make_unique<FakeStream>(client));
  CountingUser user;
  stream->attach(user);
  client->write_error = GENERATE(ENOBUFS, ENOMEM, EAGAIN, EINTR);
  CHECK(stream->write("{}", 2) == 2);
  CHECK(stream->holds_output());
  client->write_error = 0;
  client->poll();
  CHECK(client->received == "{\r\n}");
  CHECK_FALSE(stream->holds_output());
}

TEST_CASE("what nobody will ever take is not held for ever", "[monitor]") {
  const auto client = std::make_shared<FakeClient>();
  client->room = 0;
  const auto stream = make_pretty_stream(std::make_unique<FakeStream>(client));
  CountingUser user;
  stream->attach(user);
  CHECK(stream->write("{}", 2) == 2);
  client->write_error = EPIPE;
  client->poll();
  CHECK_FALSE(stream->holds_output());
  CHECK(stream->write("{}", 2) == -EPIPE);
}

TEST_CASE("what is held goes out at the end, as far as there is room", "[monitor]") {
  const auto client = std::make_shared<FakeClient>();
  client->room = 0;
  const auto stream = make_pretty_stream(std::make_unique<FakeStream>(client));
  CHECK(stream->write("{}", 2) == 2);
  client->read(100);
  stream->close();
  CHECK(client->received == "{\r\n}");
  CHECK(client->closed);
}

TEST_CASE("what the stream behind a pretty one holds is not sent yet", "[monitor]") {
  const auto client = std::make_shared<FakeClient>();
  client->room = 1;
  const auto stream = make_pretty_stream(make_pretty_stream(std::make_unique<FakeStream>(client)));
  REQUIRE(stream->write("1", 1) == 1);
  CHECK_FALSE(stream->holds_output());
  REQUIRE(stream->write("1", 1) == 1);  // the one behind takes it
  CHECK(stream->holds_output());
}

}  // namespace
}  // namespace qmpev::test
