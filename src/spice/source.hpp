// SPDX-License-Identifier: MIT
// Owns a GSource and destroys it, so that its callback is never called again.
#pragma once

#include <memory>

#include <glib.h>

namespace qmpev {

struct DestroySource {
  void operator()(GSource* source) const noexcept {
    g_source_destroy(source);
    g_source_unref(source);
  }
};
using Source = std::unique_ptr<GSource, DestroySource>;

}  // namespace qmpev
