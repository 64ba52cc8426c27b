// SPDX-License-Identifier: MIT
#include "cli/events_options.hpp"

#include <catch2/catch.hpp>

using namespace qmpev;

namespace {

EventsOptions parse(std::vector<std::string> words) {
  auto options = parse_events_options(std::move(words));
  INFO((options ? "" : options.error().sentence));
  REQUIRE(options);
  return std::move(options).value();
}

std::string refusal(std::vector<std::string> words) {
  const auto options = parse_events_options(std::move(words));
  REQUIRE_FALSE(options);
  CHECK(options.error().code == ErrorCode::invalid_argument);
  return options.error().sentence;
}

}  // namespace

TEST_CASE("no name lists the events, in the document's form", "[cli]") {
  const EventsOptions options = parse({});
  CHECK(options.name.empty());
  CHECK(options.form == WireForm::document);
  CHECK_FALSE(options.help);
}

TEST_CASE("a name and a form may stand in any order", "[cli]") {
  for (const auto& words : {std::vector<std::string>{"STOP", "--wire", "qemu"}, {"--wire=qemu", "STOP"}}) {
    const EventsOptions options = parse(words);
    CHECK(options.name == "STOP");
    CHECK(options.form == WireForm::qemu);
  }
  CHECK(parse({"--wire", "document"}).form == WireForm::document);
  CHECK(parse({"-h"}).help);
  CHECK(parse({"--help"}).help);
}

TEST_CASE("what cannot be meant is refused with a sentence", "[cli]") {
  CHECK(refusal({"STOP", "RESUME"}).find("'RESUME' is one word too many") == 0);
  CHECK(refusal({""}).find("one word too many") != std::string::npos);
  CHECK(refusal({"--wire"}).find("--wire document|qemu") != std::string::npos);
  CHECK(refusal({"--wire", "libvirt"}).find("unknown wire form 'libvirt'") == 0);
  CHECK(refusal({"--json"}).find("--json") != std::string::npos);
}
