// SPDX-License-Identifier: MIT
// A loop's descriptor as one source on an embedder's GMainContext. The only place that touches a context.
#pragma once

#include <functional>

#include <glib.h>

namespace qmpev {

class GlibSource {
 public:
  /// Calls `dispatch` from `context` whenever `fd` is readable, until destruction. Takes a reference on
  /// `context`, leaves no source behind. May be destroyed from inside `dispatch`.
  GlibSource(GMainContext* context, int fd, std::function<void()> dispatch);
  ~GlibSource();
  GlibSource(const GlibSource&) = delete;
  GlibSource& operator=(const GlibSource&) = delete;

 private:
  GMainContext* context_;  ///< attaching takes no reference by itself
  GSource* source_;
};

}  // namespace qmpev
