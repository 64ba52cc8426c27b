// SPDX-License-Identifier: MIT
// Built where libspice-server is not.
#include <catch2/catch.hpp>

#include "spice/spice_listener.hpp"
#include "support/recording_sink.hpp"

using namespace qmpev;

TEST_CASE("without the library a listener is refused with the package's name", "[spice]") {
  test::RecordingEmitter recorder;
  SpiceServer server(recorder.emitter, {});
  const auto refused = listen_for_viewers({}, server, nullptr, {});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().sentence.find("libspice-server-dev") != std::string::npos);
  CHECK(spice_library_version().empty());
}
