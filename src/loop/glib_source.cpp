// SPDX-License-Identifier: MIT
#include "loop/glib_source.hpp"

#include <memory>

namespace qmpev {
namespace {

struct Source {
  GSource base;
  std::function<void()>*
      dispatch;  ///< owned; GLib allocates and zeroes this struct, so no C++ member lives in it
};

gboolean dispatch_source(GSource* source, GSourceFunc, gpointer) {
  // The call may destroy the GlibSource; GLib holds a reference on the GSource meanwhile, and finalize runs
  // after.
  (*reinterpret_cast<Source*>(source)->dispatch)();
  return G_SOURCE_CONTINUE;
}

void finalize_source(GSource* source) {
  delete reinterpret_cast<Source*>(source)->dispatch;
}

GSourceFuncs source_functions = {nullptr, nullptr, dispatch_source, finalize_source, nullptr, nullptr};

}  // namespace

GlibSource::GlibSource(GMainContext* context, int fd, std::function<void()> dispatch)
    : context_(g_main_context_ref(context)), source_(g_source_new(&source_functions, sizeof(Source))) {
  reinterpret_cast<Source*>(source_)->dispatch = new std::function<void()>(std::move(dispatch));
  g_source_set_name(source_, "qmpev");
  g_source_add_unix_fd(source_, fd, G_IO_IN);
  g_source_attach(source_, context);
}

GlibSource::~GlibSource() {
  g_source_destroy(source_);
  g_source_unref(source_);
  g_main_context_unref(context_);
}

}  // namespace qmpev
