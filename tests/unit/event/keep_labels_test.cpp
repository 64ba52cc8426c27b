// SPDX-License-Identifier: MIT
// Every member that an event is kept by is found under its name in each wire form.
#include "event/keep_labels.hpp"

#include <catch2/catch.hpp>
#include <string_view>

namespace {

using namespace qmpev;

const std::array<KeepLabels, kWireForms>& labels_of(EventKind kind) {
  return kKeepLabels[static_cast<std::size_t>(kind)];
}

TEST_CASE("labels stand in the order of the schema's `keep`, the same in both forms", "[event]") {
  for (const KeepLabels& labels : labels_of(EventKind::acpi_device_ost)) {
    CHECK(labels[0] == "\"slot-type\": ");
    CHECK(labels[1] == "\"slot\": ");
  }
  CHECK(labels_of(EventKind::block_write_threshold)[0][0] == "\"node-name\": ");
  CHECK(labels_of(EventKind::block_write_threshold)[1][1].empty());
  CHECK(labels_of(EventKind::stop)[0][0].empty());
}

TEST_CASE("there are as many labels as members that keep an event", "[event]") {
#define QMPEV_CHECK_LABELS(Type)                                                                  \
  for (const KeepLabels& labels : labels_of(Describe<Type>::kind)) {                              \
    constexpr std::size_t members =                                                               \
        std::tuple_size_v<std::remove_const_t<decltype(Describe<Type>::keep_key)>>;               \
    for (std::size_t i = 0; i < kMaxKeepMembers; ++i) CHECK(labels[i].empty() == (i >= members)); \
  }
  QMPEV_FOR_EACH_EVENT(QMPEV_CHECK_LABELS)
#undef QMPEV_CHECK_LABELS
}

}  // namespace
