// SPDX-License-Identifier: MIT
#include "cli/key_values.hpp"

#include <catch2/catch.hpp>

using namespace qmpev;

TEST_CASE("settings are keys and values behind a head", "[cli]") {
  KeyValues settings("-x", "socket,id=a,path=/b=c,id=d");
  CHECK(settings.head() == "socket");
  CHECK(settings.take("path") == "/b=c");
  CHECK(settings.take("id") == "d");  // the last one counts
  CHECK_FALSE(settings.take("none"));
  CHECK(settings.expect_no_more("id and path"));
  CHECK(KeyValues("-x", "id=a,socket").head().empty());
  CHECK(KeyValues("-x", "").head().empty());
}

TEST_CASE("a doubled comma is a comma", "[cli]") {
  KeyValues settings("-x", "unix:/a,,b,path=c,,,,d,e=,");
  CHECK(settings.head() == "unix:/a,b");
  CHECK(settings.take("path") == "c,,d");
  CHECK(settings.take("e") == "");
}

TEST_CASE("a key alone is on, or off behind no", "[cli]") {
  KeyValues settings("-x", "unix:a,server,nowait");
  CHECK(settings.take_bool("server").value() == true);
  CHECK(settings.take_bool("wait").value() == false);
  CHECK(settings.take_bool("tight").value() == std::nullopt);
  for (const char* on : {"on", "yes", "true", "y"})
    CHECK(KeyValues("-x", std::string("b=") + on).take_bool("b").value() == true);
  for (const char* off : {"off", "no", "false", "n"})
    CHECK(KeyValues("-x", std::string("b=") + off).take_bool("b").value() == false);
  CHECK(KeyValues("-x", "b=On").take_bool("b").error().sentence == "-x: b is on or off, not 'On'");
}

TEST_CASE("numbers have an end", "[cli]") {
  const auto number = [](const std::string& text) {
    return KeyValues("-x", "n=" + text).take_number("n", 10);
  };
  CHECK(number("10").value() == 10u);
  CHECK(number("0").value() == 0u);
  CHECK(KeyValues("-x", "").take_number("n", 10).value() == std::nullopt);
  for (const char* wrong : {"", "11", "-1", "1x", "99999999999999999999"})
    CHECK(number(wrong).error().sentence == "-x: n is a number up to 10, not '" + std::string(wrong) + "'");
}

TEST_CASE("what nobody takes is refused with what there is", "[cli]") {
  KeyValues settings("-x", "a,b=1,c=2");
  settings.take("b");
  CHECK(settings.expect_no_more("b").error().sentence == "-x has no setting 'c' here: it takes b");
}
