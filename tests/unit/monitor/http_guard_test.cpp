// SPDX-License-Identifier: MIT
#include "monitor/http_guard.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "monitor/pretty_stream.hpp"
#include "support/fake_stream.hpp"

namespace qmpev::test {
namespace {

struct Guarded {
  /// What a read gives: bytes, or "-ERRNO".
  std::string read() {
    char bytes[256];
    const ssize_t count = stream->read(bytes, sizeof bytes);
    return count < 0 ? std::to_string(count) : std::string(bytes, static_cast<std::size_t>(count));
  }
  std::string send_and_read(std::string_view bytes) {
    client->send(bytes);
    return read();
  }

  std::shared_ptr<FakeClient> client = std::make_shared<FakeClient>();
  int told = 0;
  std::unique_ptr<Stream> stream = make_http_guard(std::make_unique<FakeStream>(client), [this] { ++told; });
};

const std::string kRefused = std::to_string(-EPROTO);
const std::string kNothing = std::to_string(-EAGAIN);

TEST_CASE("an HTTP request ends the input, and nothing of it is handed on", "[monitor]") {
  const std::string method =
      GENERATE("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "PRI");
  Guarded guarded;
  CHECK(guarded.send_and_read(method + " / HTTP/1.1\r\n\r\n{\"execute\":\"quit\"}") == kRefused);
  CHECK(guarded.send_and_read("{\"execute\":\"quit\"}") == kRefused);
  CHECK(guarded.told == 1);
}

TEST_CASE("so does one that comes byte by byte", "[monitor]") {
  Guarded guarded;
  for (const char* byte : {"O", "P", "T", "I", "O", "N", "S"}) CHECK(guarded.send_and_read(byte) == kNothing);
  CHECK(guarded.told == 0);
  CHECK(guarded.send_and_read(" ") == kRefused);
  CHECK(guarded.told == 1);
}

TEST_CASE("what begins like a request and is none comes whole and in order", "[monitor]") {
  Guarded guarded;
  CHECK(guarded.send_and_read("P") == kNothing);
  CHECK(guarded.send_and_read("OS") == kNothing);
  CHECK(guarded.send_and_read("X{}") == "POSX{}");
  CHECK(guarded.read() == kNothing);
  CHECK(guarded.send_and_read("GET / HTTP/1.1") == "GET / HTTP/1.1");  // not the first bytes any more
  CHECK(guarded.told == 0);
}

TEST_CASE("a command passes at once, and one that quotes a request, too", "[monitor]") {
  Guarded guarded;
  CHECK(guarded.send_and_read("{\"GET \": 1}") == "{\"GET \": 1}");
  Guarded other;
  CHECK(other.send_and_read("\r\nGET / HTTP/1.1") == "\r\nGET / HTTP/1.1");  // no client of HTTP does that
  Guarded lower;
  CHECK(lower.send_and_read("get ") == "get ");
  CHECK(guarded.told + other.told + lower.told == 0);
}

TEST_CASE("at the end, and at an error, what was held back comes first", "[monitor]") {
  Guarded guarded;
  CHECK(guarded.send_and_read("GE") == kNothing);
  const bool error = GENERATE(true, false);
  if (error) guarded.client->read_error = ECONNRESET;
  guarded.client->half_close();
  CHECK(guarded.read() == "GE");
  CHECK(guarded.read() == (error ? std::to_string(-ECONNRESET) : ""));
}

TEST_CASE("a client that says nothing has an end as ever", "[monitor]") {
  Guarded guarded;
  CHECK(guarded.read() == kNothing);
  guarded.client->half_close();
  CHECK(guarded.read() == "");
  CHECK(guarded.told == 0);
}

TEST_CASE("the rest is the stream's own", "[monitor]") {
  Guarded guarded;
  CHECK(guarded.stream->write("abc", 3) == 3);
  CHECK(guarded.client->received == "abc");
  guarded.stream->want(true, true);
  CHECK((guarded.client->wants_input && guarded.client->wants_output));
  guarded.stream->close();
  CHECK(guarded.client->closed);
}

TEST_CASE("what the stream behind the guard holds is not sent yet", "[monitor]") {
  const auto client = std::make_shared<FakeClient>();
  client->room = 1;
  const auto stream = make_http_guard(make_pretty_stream(std::make_unique<FakeStream>(client)), [] {});
  CHECK_FALSE(stream->holds_output());
  REQUIRE(stream->write("{}", 2) == 2);
  CHECK(stream->holds_output());
}

}  // namespace
}  // namespace qmpev::test
