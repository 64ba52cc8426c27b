// SPDX-License-Identifier: MIT
#include "loop/glib_source.hpp"

#include <sys/eventfd.h>

#include <memory>

#include <catch2/catch.hpp>

#include "base/unique_fd.hpp"

using namespace qmpev;

namespace {

struct Context {
  Context() : get(g_main_context_new()) {}
  ~Context() { g_main_context_unref(get); }
  bool turn() { return g_main_context_iteration(get, FALSE) != FALSE; }
  GMainContext* get;
};

}  // namespace

TEST_CASE("a readable descriptor is dispatched from the context it was given", "[loop]") {
  Context context, other;
  UniqueFd fd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  int calls = 0;
  GlibSource source(context.get, fd.get(), [&calls] { ++calls; });
  CHECK_FALSE(context.turn());
  CHECK(calls == 0);
  eventfd_write(fd.get(), 1);
  CHECK_FALSE(other.turn());
  CHECK(context.turn());
  CHECK(calls == 1);
  eventfd_t value;
  eventfd_read(fd.get(), &value);
  CHECK_FALSE(context.turn());
  CHECK(calls == 1);
}

TEST_CASE("a source may be destroyed from inside its own dispatch, and is gone", "[loop]") {
  Context context;
  UniqueFd fd(eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK));
  auto witness = std::make_shared<int>(0);
  std::unique_ptr<GlibSource> source;
  source = std::make_unique<GlibSource>(context.get, fd.get(), [&source, witness] {
    ++*witness;
    source.reset();
    ++*witness;  // the function itself is still there
  });
  CHECK(context.turn());
  CHECK(*witness == 2);
  CHECK(witness.use_count() == 1);
  CHECK_FALSE(context.turn());
}

TEST_CASE("a destroyed source holds nothing of the context", "[loop]") {
  Context context;
  UniqueFd fd(eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK));
  {
    GlibSource source(context.get, fd.get(), [] { FAIL("called"); });
  }
  CHECK_FALSE(g_main_context_pending(context.get));
  CHECK_FALSE(context.turn());
}

TEST_CASE("a source keeps its context for as long as it is there", "[loop]") {
  UniqueFd fd(eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK));
  GMainContext* const context = g_main_context_new();
  GSource* const witness = g_idle_source_new();  // a context that goes takes its sources along
  g_source_attach(witness, context);
  {
    GlibSource source(context, fd.get(), [] {});
    g_main_context_unref(context);
    CHECK_FALSE(g_source_is_destroyed(witness));
  }
  CHECK(g_source_is_destroyed(witness));
  g_source_unref(witness);
}
