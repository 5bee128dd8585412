#include "runtime/state/log_list.hpp"

namespace zvm::runtime {

bool LogList::try_copy(const Journal& journal) {
  clear();
  for (size_t i = 0; i < journal.log_count(); ++i) {
    if (!try_add(journal.log(i))) {
      clear();
      return false;
    }
  }
  return true;
}

bool LogList::try_add(const LogView& log) {
  const Entry entry{log.address, static_cast<uint32_t>(log.topics.size()), topics_.size(),
                    data_.size(), log.data.size()};
  return topics_.try_append(log.topics) && data_.try_append(log.data) && entries_.try_push(entry);
}

void LogList::clear() {
  entries_.clear();
  topics_.clear();
  data_.clear();
}

LogView LogList::operator[](size_t index) const {
  const Entry& e = entries_[index];
  return {e.address, topics_.view().subspan(e.first_topic, e.topic_count),
          data_.view().subspan(e.data_offset, e.data_size)};
}

} // namespace zvm::runtime
