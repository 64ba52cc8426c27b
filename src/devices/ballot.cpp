// SPDX-License-Identifier: MIT
#include "devices/ballot.hpp"

#include <algorithm>
#include <utility>

namespace qmpev {

void Ballot::vote(std::size_t child, Content content) {
  const auto party = std::find_if(parties_.begin(), parties_.end(),
                                  [&](const Party& known) { return known.content == content; });
  if (party != parties_.end())
    party->children.push_back(child);
  else
    parties_.push_back({std::move(content), {child}});
}

const Ballot::Party* Ballot::winner() const noexcept {
  const Party* best = nullptr;
  for (const Party& party : parties_)
    if (best == nullptr || party.children.size() >= best->children.size()) best = &party;
  return best;
}

std::vector<std::size_t> Ballot::losers(const Party& winner) const {
  std::vector<std::size_t> children;
  for (auto party = parties_.rbegin(); party != parties_.rend(); ++party)
    if (&*party != &winner) children.insert(children.end(), party->children.rbegin(), party->children.rend());
  return children;
}

}  // namespace qmpev
