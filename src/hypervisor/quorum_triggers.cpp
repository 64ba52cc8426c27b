// SPDX-License-Identifier: MIT
#include "hypervisor/quorum_triggers.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <utility>

#include "base/assert.hpp"

namespace qmpev {

namespace {

using Kind = TriggerArgument::Kind;

struct NamedErrno {
  const char* word;
  int number;
};
constexpr std::array<NamedErrno, 8> kErrors{{{"eio", EIO},
                                             {"enospc", ENOSPC},
                                             {"eacces", EACCES},
                                             {"edquot", EDQUOT},
                                             {"enomedium", ENOMEDIUM},
                                             {"enxio", ENXIO},
                                             {"erofs", EROFS},
                                             {"etimedout", ETIMEDOUT}}};

int errno_of(const std::string& word) {
  const auto error = std::find_if(kErrors.begin(), kErrors.end(),
                                  [&](const NamedErrno& candidate) { return word == candidate.word; });
  QMPEV_ASSERT(error != kErrors.end());
  return error->number;
}

QuorumOpType operation_of(const std::string& word) {
  return word == "flush" ? QuorumOpType::flush : word == "write" ? QuorumOpType::write : QuorumOpType::read;
}

/// "read 1024 bytes at 8192 from disk0: done".
std::string outcome(const std::string& request, int error) {
  return request + ": " + (error == 0 ? "done" : std::string(ErrnoText(error).view()));
}

std::string bytes_at(const TriggerValues& values) {
  return std::to_string(values.number("bytes")) + " bytes at " + std::to_string(values.number("offset"));
}

/// The copy that `child` names, by number or node name.
FaultyChild& copy_of(const QuorumDisk& disk, const TriggerValues& values, std::size_t& number) {
  const std::string& word = values.text("child");
  for (number = 0; number < disk.copies.size(); ++number)
    if (word == std::to_string(number) || word == disk.copies[number]->node_name()) break;
  QMPEV_ASSERT(number < disk.copies.size());
  return *disk.copies[number];
}

FaultyChild& copy_of(const QuorumDisk& disk, const TriggerValues& values) {
  std::size_t number = 0;
  return copy_of(disk, values, number);
}

std::string name_of(const FaultyChild& copy) {
  return std::string(copy.node_name());
}

/// "disk0 (2 of 3 votes): disk0-a ok, disk0-b reads fail (Input/output error), disk0-c ok".
std::string state_of(const QuorumDisk& disk) {
  const QuorumConfig& config = disk.quorum->config();
  const bool fifo = config.read_pattern == QuorumConfig::ReadPattern::fifo;
  std::string text = config.reference + " (" + (fifo ? "fifo, " : "") +
                     std::to_string(config.vote_threshold) + " of " + std::to_string(disk.copies.size()) +
                     " votes" + (config.rewrite ? ", rewrite" : "") + "): ";
  for (const FaultyChild* copy : disk.copies) {
    const std::string faults = copy->faults();
    if (copy != disk.copies.front()) text += "; ";
    text += name_of(*copy) + " " + (faults.empty() ? "ok" : faults);
  }
  return text;
}

TriggerArgument child_argument(const QuorumDisk& disk, std::string standard, std::string doc) {
  TriggerArgument argument{"child", Kind::word, std::move(standard), std::move(doc)};
  for (std::size_t number = 0; number < disk.copies.size(); ++number)
    argument.words.push_back(std::to_string(number));
  for (const FaultyChild* copy : disk.copies) argument.words.push_back(name_of(*copy));
  return argument;
}

TriggerArgument offset_argument() {
  return {"offset", Kind::number, "0", "where, in bytes", UINT64_MAX};
}

TriggerArgument bytes_argument() {
  return {"bytes", Kind::number, "512", "how many", kMaxDiskRequestBytes};
}

TriggerAction read_action(const QuorumDisk& disk) {
  TriggerAction action{
      "read", "the guest reads from the disk", Actor::guest, {offset_argument(), bytes_argument()}};
  action.act = [&disk](const TriggerValues& values) -> Result<std::string> {
    std::vector<std::uint8_t> data(values.number("bytes"));
    const int error = disk.quorum->read(values.number("offset"), data);
    return outcome("read " + bytes_at(values) + " from " + disk.quorum->config().reference, error);
  };
  return action;
}

TriggerAction write_action(const QuorumDisk& disk) {
  TriggerAction action{
      "write",
      "the guest writes one value into every byte",
      Actor::guest,
      {offset_argument(), bytes_argument(), {"value", Kind::number, "0", "of each byte", 0xff}}};
  action.act = [&disk](const TriggerValues& values) -> Result<std::string> {
    const std::vector<std::uint8_t> data(values.number("bytes"),
                                         static_cast<std::uint8_t>(values.number("value")));
    const int error = disk.quorum->write(values.number("offset"), data);
    return outcome("wrote " + bytes_at(values) + " to " + disk.quorum->config().reference, error);
  };
  return action;
}

TriggerAction zero_action(const QuorumDisk& disk) {
  TriggerAction action{
      "zero", "the guest has the disk write zeros", Actor::guest, {offset_argument(), bytes_argument()}};
  action.act = [&disk](const TriggerValues& values) -> Result<std::string> {
    const int error = disk.quorum->write_zeroes(values.number("offset"), values.number("bytes"));
    return outcome("zeroed " + bytes_at(values) + " of " + disk.quorum->config().reference, error);
  };
  return action;
}

TriggerAction flush_action(const QuorumDisk& disk) {
  TriggerAction action{"flush", "the guest flushes the disk", Actor::guest};
  action.act = [&disk](const TriggerValues&) -> Result<std::string> {
    return outcome("flushed " + disk.quorum->config().reference, disk.quorum->flush());
  };
  return action;
}

TriggerAction fail_action(const QuorumDisk& disk) {
  TriggerAction action{"fail",
                       "requests to one copy fail from now on",
                       Actor::host,
                       {child_argument(disk, "", "the copy, by number or node name"),
                        {"sector", Kind::number, "0", "the first that fails", UINT64_MAX},
                        {"count", Kind::number, "0", "how many sectors; 0: to the end", UINT64_MAX},
                        {"error", Kind::word, "eio", "what the copy answers"},
                        {"op", Kind::word, "read", "which requests", 0, {"read", "write", "flush"}}}};
  for (const NamedErrno& error : kErrors) action.arguments[3].words.emplace_back(error.word);
  action.act = [&disk](const TriggerValues& values) -> Result<std::string> {
    FaultyChild& copy = copy_of(disk, values);
    const SectorSpan sectors{values.number("sector"), values.number("count")};
    if (auto failed = copy.fail(operation_of(values.text("op")), errno_of(values.text("error")), sectors);
        !failed)
      return failed.error();
    return "broke " + name_of(copy) + ": " + copy.faults();
  };
  return action;
}

TriggerAction rot_action(const QuorumDisk& disk) {
  TriggerAction action{"rot",
                       "a sector of one copy reads back wrong until it is written",
                       Actor::host,
                       {child_argument(disk, "", "the copy, by number or node name"),
                        {"sector", Kind::number, "0", "of 512 bytes", UINT64_MAX},
                        {"flip", Kind::number, "0",
                         "bits that are wrong in each byte; 0: the copy's own, so that no two agree", 0xff}}};
  action.act = [&disk](const TriggerValues& values) -> Result<std::string> {
    std::size_t number = 0;
    FaultyChild& copy = copy_of(disk, values, number);
    const std::uint64_t flip = values.number("flip") != 0 ? values.number("flip") : number + 1;
    if (auto rotten = copy.rot(values.number("sector"), static_cast<std::uint8_t>(flip)); !rotten)
      return rotten.error();
    return "rotted " + name_of(copy) + ": " + copy.faults();
  };
  return action;
}

TriggerAction delay_action(const QuorumDisk& disk) {
  TriggerAction action{"delay",
                       "one copy answers late",
                       Actor::host,
                       {child_argument(disk, "", "the copy, by number or node name"),
                        {"ms", Kind::number, "100", "how late, in milliseconds",
                         static_cast<std::uint64_t>(kMaxChildDelay.count())}}};
  action.act = [&disk](const TriggerValues& values) -> Result<std::string> {
    FaultyChild& copy = copy_of(disk, values);
    copy.delay(std::chrono::milliseconds(values.number("ms")));
    return "delayed " + name_of(copy) + " by " + std::to_string(values.number("ms")) + " ms";
  };
  return action;
}

TriggerAction heal_action(const QuorumDisk& disk) {
  TriggerAction action{"heal",
                       "the faults of one copy are gone, or those of all",
                       Actor::host,
                       {child_argument(disk, "all", "the copy, by number or node name, or all")}};
  action.arguments.front().words.emplace_back("all");
  action.act = [&disk](const TriggerValues& values) -> Result<std::string> {
    if (values.text("child") != "all") {
      FaultyChild& copy = copy_of(disk, values);
      copy.heal();
      return "healed " + name_of(copy);
    }
    for (FaultyChild* copy : disk.copies) copy->heal();
    return "healed all copies of " + disk.quorum->config().reference;
  };
  return action;
}

}  // namespace

TriggerDevice quorum_triggers(const TriggerStage& stage) {
  const QuorumDisk& disk = stage.machine.disk;
  TriggerDevice device{.name = "quorum", .doc = "the disk, a quorum of copies"};
  device.state = [&disk] { return state_of(disk); };
  device.example = "quorum fail child=1";
  device.actions = {read_action(disk), write_action(disk), zero_action(disk),  flush_action(disk),
                    fail_action(disk), rot_action(disk),   delay_action(disk), heal_action(disk)};
  return device;
}

}  // namespace qmpev
