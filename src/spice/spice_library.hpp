// SPDX-License-Identifier: MIT
// The functions of libspice-server that are used, found when somebody asks for a real SPICE server. Linked,
// it would come with every start of the program, which seldom needs it: it brings OpenSSL, GStreamer, pixman
// and a dozen others, a quarter of what an idle machine takes. Of its development files only the header is
// used. Loop thread.
#pragma once

#include <spice.h>

#include <qmpev/result.hpp>

namespace qmpev {

class SpiceLibrary {
  void* handle_;
  const char* missing_ = nullptr;  ///< the first function that was not found

 public:
  /// The ABI that <spice.h> describes: the "1" goes up when a function changes, and with it the header.
  static constexpr const char* kFile = "libspice-server.so.1";

  /// Loads `file`, for good. Fails with not_found when it, or one of the functions, is not there.
  static Result<SpiceLibrary> open(const char* file = kFile);

// By the name and with the type that the header declares, so that neither can be another function's.
#define QMPEV_FUNCTION(name) decltype(&::name) name = find<decltype(&::name)>(#name)
  QMPEV_FUNCTION(spice_server_new);
  QMPEV_FUNCTION(spice_server_set_noauth);
  QMPEV_FUNCTION(spice_server_set_ticket);
  QMPEV_FUNCTION(spice_server_set_name);
  QMPEV_FUNCTION(spice_server_init);
  QMPEV_FUNCTION(spice_server_add_interface);
  QMPEV_FUNCTION(spice_server_vm_start);
  QMPEV_FUNCTION(spice_server_add_client);
  QMPEV_FUNCTION(spice_server_is_server_mouse);
  QMPEV_FUNCTION(spice_server_destroy);
  QMPEV_FUNCTION(spice_qxl_add_memslot);
  QMPEV_FUNCTION(spice_qxl_create_primary_surface);
#undef QMPEV_FUNCTION

 private:
  explicit SpiceLibrary(void* handle) : handle_(handle) {}
  void* find_symbol(const char* name);
  template <class Function>
  Function find(const char* name) {
    return reinterpret_cast<Function>(find_symbol(name));
  }
};

}  // namespace qmpev
