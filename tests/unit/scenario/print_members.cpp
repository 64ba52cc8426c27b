// SPDX-License-Identifier: MIT
// Prints the members that the parser of scenarios knows, for scenario_schema_test.py: one line for each
// object, the needed ones before a bar.
#include <cstdio>

#include "scenario/scenario_members.hpp"

namespace {

void print(const qmpev::ScenarioObject& object) {
  for (std::size_t i = 0; i < object.members.size() && !object.members[i].empty(); ++i)
    std::printf("%s%s%s", i == 0 ? "" : " ", i == object.needed ? "| " : "", object.members[i].data());
  std::puts("");
}

}  // namespace

int main() {
  print(qmpev::kFileObject);
  print(qmpev::kChoiceObject);
  for (const qmpev::ScenarioObject& object : qmpev::kStepObjects) print(object);
}
