// LogList: the logs of an execution as a value of its own, which lives on when the next one begins.
#pragma once

#include "base/vec.hpp"
#include "runtime/state/journal.hpp"

namespace zvm::runtime {

class LogList {
 public:
  /// Replaces what is there by the journal's logs. False, and the list is empty, where memory ran out.
  [[nodiscard]] bool try_copy(const Journal& journal);
  void clear();

  [[nodiscard]] size_t size() const { return entries_.size(); }
  [[nodiscard]] bool empty() const { return entries_.empty(); }
  /// A view that is good until the list changes.
  [[nodiscard]] LogView operator[](size_t index) const;

 private:
  struct Entry {
    Address address;
    uint32_t topic_count;
    uint64_t first_topic;
    uint64_t data_offset;
    uint64_t data_size; ///< bytes
  };
  [[nodiscard]] bool try_add(const LogView& log);

  Vec<Entry> entries_;
  Vec<U256> topics_;
  Buffer data_;
};

} // namespace zvm::runtime
