// What both listings of code are made with.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace zvm::backend::interp {

/// How an instruction is printed.
struct Form {
  std::string name;
  std::string operands; ///< as the column of that name in handlers.def says
};

/// The form of each handler. `Row` is made of a Form.
template <typename Handler, typename Row>
class FormTable {
 public:
  [[nodiscard]] const Row* find(Handler fn) const {
    const auto found = rows_.find(fn);
    return found == rows_.end() ? nullptr : &found->second;
  }

 protected:
  /// The first name is the one that stays. Null is no handler.
  void add(Handler fn, std::string name, std::string operands) {
    if (fn != nullptr)
      rows_.try_emplace(fn, Row{Form{std::move(name), std::move(operands)}});
  }
  std::map<Handler, Row> rows_;
};

/// An item of `operands`.
struct Item {
  std::string_view label; ///< printed in front, if there is one
  char kind;              ///< the character in front of the field; 0: a slot
  std::string_view field;
};

/// Calls visit(Item) for each.
template <typename Visit>
void for_each_item(std::string_view operands, Visit visit) {
  while (!operands.empty()) {
    const size_t end = std::min(operands.find(' '), operands.size());
    std::string_view item = operands.substr(0, end);
    operands.remove_prefix(std::min(end + 1, operands.size()));
    Item found{{}, 0, {}};
    if (const size_t colon = item.find(':'); colon != std::string_view::npos) {
      found.label = item.substr(0, colon);
      item.remove_prefix(colon + 1);
    }
    if (!item.empty() && (item[0] < 'a' || item[0] > 'z')) {
      found.kind = item[0];
      item.remove_prefix(1);
    }
    found.field = item;
    visit(found);
  }
}

/// The instruction; text(item) gives what an item holds, empty for nothing.
template <typename Text>
std::string instruction_text(const Form& form, Text text) {
  std::string out = form.name;
  const char* separator = " ";
  for_each_item(form.operands, [&](const Item& item) {
    const std::string what = text(item);
    if (what.empty())
      return;
    out += what.starts_with("->") || what.starts_with("else") ? " " : separator;
    separator = ", ";
    if (!item.label.empty())
      out += std::string{item.label} + " ";
    out += what;
  });
  return out;
}

/// Places that branches lead to, numbered in the order of the code.
class Labels {
 public:
  void add(uint32_t place) { labels_.emplace(place, 0); }
  void number() {
    uint32_t next = 1;
    for (auto& [place, label] : labels_)
      label = next++;
  }
  /// Of a place that was added.
  [[nodiscard]] std::string at(uint32_t place) const {
    return "L" + std::to_string(labels_.at(place));
  }
  [[nodiscard]] bool has(uint32_t place) const { return labels_.contains(place); }

 private:
  std::map<uint32_t, uint32_t> labels_;
};

/// A number with a label in decimal, with that of a status its name; others in hexadecimal unless
/// they are small.
[[nodiscard]] std::string number_text(std::string_view label, uint64_t value);
[[nodiscard]] std::string signed_text(int64_t value);

} // namespace zvm::backend::interp
