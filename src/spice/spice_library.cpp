// SPDX-License-Identifier: MIT
// Loaded once, however often it is asked for, and never unloaded: its threads, exit handlers, and what it and
// GStreamer register with GLib would lead to code that is not there any more.
#include "spice/spice_library.hpp"

#include <dlfcn.h>

#include <string>

namespace qmpev {

namespace {

Error unusable(const std::string& reason) {
  return {
      ErrorCode::not_found,
      "libspice-server cannot be used (" + reason +
          "): install libspice-server1 (Debian's name), or leave --spice away and use the synthetic viewer"};
}

}  // namespace

Result<SpiceLibrary> SpiceLibrary::open(const char* file) {
  // At once, so that what it lacks itself is refused here; apart, since its symbols are nobody else's.
  void* handle = ::dlopen(file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (handle == nullptr) return unusable(::dlerror());
  const SpiceLibrary library(handle);
  if (library.missing_ != nullptr) return unusable(std::string(file) + " has no " + library.missing_);
  return library;
}

void* SpiceLibrary::find_symbol(const char* name) {
  void* found = ::dlsym(handle_, name);
  if (found == nullptr && missing_ == nullptr) missing_ = name;
  return found;
}

}  // namespace qmpev
