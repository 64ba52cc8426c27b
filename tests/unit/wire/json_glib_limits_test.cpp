// SPDX-License-Identifier: MIT
// Why the wire has a reader and a writer of its own: what json-glib does with input that QMP has to handle.
// Each limit stands beside what our reader or writer does. A test that fails here says that json-glib has
// changed, and that the reason should be looked at again.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <memory>
#include <string>

#include <json-glib/json-glib.h>

#include <catch2/catch.hpp>

#include "support/foreign_leaks.hpp"
#include "wire/reader.hpp"
#include "wire/writer.hpp"

namespace qmpev {
namespace {

using Parser = std::unique_ptr<JsonParser, decltype(&g_object_unref)>;

/// A parser that has accepted `text`.
Parser accepted(const std::string& text) {
  Parser parser(json_parser_new(), g_object_unref);
  const test::ForeignLeaks leaks;  // json-glib loses the first of two values in one buffer
  REQUIRE(json_parser_load_from_data(parser.get(), text.data(), static_cast<gssize>(text.size()), nullptr));
  return parser;
}

JsonArray* array_of(const Parser& parser) {
  return json_node_get_array(json_parser_get_root(parser.get()));
}

Reader::Item read_one(const std::string& text) {
  Reader reader;
  reader.push(text);
  auto item = reader.next();
  REQUIRE(item.has_value());
  return *std::move(item);
}

TEST_CASE("json-glib makes -1 of the largest unsigned number, we keep it", "[wire]") {
  const Parser parser = accepted("[18446744073709551615]");
  CHECK(json_array_get_int_element(array_of(parser), 0) == -1);
  CHECK(read_one("[18446744073709551615]").value->items()[0].as_uint64() == UINT64_MAX);
}

TEST_CASE("json-glib ends a string at U+0000, we keep it", "[wire]") {
  const Parser parser = accepted(R"(["a\u0000b"])");
  CHECK(json_array_get_string_element(array_of(parser), 0) == std::string("a"));
  CHECK(read_one(R"(["a\u0000b"])").value->items()[0].as_string() == std::string("a\0b", 3));
}

/// How a child ends that parses `depth` nested brackets with json-glib on a stack of 8 MiB.
int status_of_nested_parse(int depth) {
  const pid_t child = fork();
  if (child == 0) {
    const struct rlimit no_core { 0, 0 };
    setrlimit(RLIMIT_CORE, &no_core);
    std::signal(SIGSEGV, SIG_DFL);  // neither Catch nor a sanitizer shall report the expected
    alarm(20);
    const std::string text(static_cast<std::size_t>(depth), '[');
    JsonParser* parser = json_parser_new();
    json_parser_load_from_data(parser, text.data(), static_cast<gssize>(text.size()), nullptr);
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return status;
}

TEST_CASE("Nested brackets end a process that parses them with json-glib, we answer", "[wire]") {
  const int status = status_of_nested_parse(100'000);
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGSEGV);
  CHECK(read_one(std::string(100'000, '[')).error == "JSON nesting depth limit exceeded");
}

TEST_CASE("json-glib ignores a second object in a buffer, we read it", "[wire]") {
  const Parser parser = accepted(R"({"a": 1}{"b": 2})");
  CHECK(json_object_has_member(json_node_get_object(json_parser_get_root(parser.get())), "a"));
  CHECK_FALSE(json_object_has_member(json_node_get_object(json_parser_get_root(parser.get())), "b"));

  Reader reader;
  reader.push(R"({"a": 1}{"b": 2})");
  CHECK(reader.next()->value->find("a") != nullptr);
  CHECK(reader.next()->value->find("b") != nullptr);
}

TEST_CASE("json-glib accepts comments, we refuse them as QEMU does", "[wire]") {
  accepted("/* comment */ [1]");
  CHECK(read_one("/* comment */ [1]").error == "JSON parse error, stray '/'");
}

TEST_CASE("json-glib accepts an assignment, we refuse it as QEMU does", "[wire]") {
  accepted("var x = [1];");
  CHECK(read_one("var x = [1];").error == "JSON parse error, invalid keyword 'var'");
}

TEST_CASE("json-glib writes text beyond ASCII raw, we write ASCII", "[wire]") {
  const Parser parser = accepted("[\"caf\xC3\xA9\"]");
  const std::unique_ptr<char, decltype(&g_free)> raw(
      json_to_string(json_parser_get_root(parser.get()), FALSE), g_free);
  CHECK(raw.get() == std::string("[\"caf\xC3\xA9\"]"));
  std::string ours;
  write_json(Value::array({"caf\xC3\xA9"}), ours);
  CHECK(ours == R"(["caf\u00E9"])");
}

}  // namespace
}  // namespace qmpev
