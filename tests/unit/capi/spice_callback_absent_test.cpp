// SPDX-License-Identifier: MIT
// Built with the source that stands in where libspice-server is not, on every machine.
#include <qmpev/qmpev.h>

#include <cerrno>
#include <cstring>

#include <catch2/catch.hpp>

TEST_CASE("without the library's headers the callback is refused with the package's name", "[capi]") {
  qmpev_server* const server = qmpev_server_new(nullptr);
  qmpev_emitter* const emitter = qmpev_server_get_emitter(server);
  CHECK(qmpev_spice_is_supported() == 0);
  CHECK(qmpev_spice_set_emitter(emitter, "none") == -ENOENT);
  CHECK(std::strstr(qmpev_last_error(), "libspice-server-dev") != nullptr);
  qmpev_spice_channel_event(1, nullptr);
  qmpev_emitter_unref(emitter);
  qmpev_server_free(server);
}
