#include "frontend/asm/assembler.hpp"

#include <algorithm>

#include "frontend/asm/listing.hpp"

namespace zvm::frontend::assembler {
namespace {

class Assembler {
 public:
  explicit Assembler(Listing listing) : in_(std::move(listing)) {}

  Result<Program> run() {
    ZVM_CHECK(find_labels());
    ZVM_CHECK(choose_widths());
    ZVM_CHECK(emit());
    const Block& whole = in_.blocks[0];
    Program program;
    program.bytes = std::move(bytes_);
    program.language = whole.language;
    program.is_container = whole.is_container;
    for (const auto& [name, label] : whole.labels)
      program.labels.emplace(name, label.offset);
    return program;
  }

 private:
  using Unexpected = std::unexpected<Error>;
  static Unexpected error(const Token& where, const std::string& what) {
    return Unexpected{syntax_error(where, what)};
  }

  /// Every label that an operand names, found once.
  Result<void> find_labels() {
    found_.resize(in_.terms.size());
    for (const Item& item : in_.items) {
      for (uint32_t t = item.operand.begin; t < item.operand.begin + item.operand.count; ++t) {
        const Term& term = in_.terms[t];
        if (term.kind == Term::Kind::Value)
          continue;
        const auto& labels = in_.blocks[item.block].labels;
        const auto label = labels.find(term.where.text);
        if (label == labels.end())
          return error(term.where,
                       "there is no label '" + std::string{term.where.text} + "' in this block");
        if (term.kind == Term::Kind::Size && !label->second.is_block)
          return error(term.where, "'" + std::string{term.where.text} + "' is no block");
        found_[t] = &label->second;
      }
    }
    return {};
  }

  [[nodiscard]] U256 value(const Expression& e) const {
    U256 sum;
    for (uint32_t t = e.begin; t < e.begin + e.count; ++t) {
      const Term& term = in_.terms[t];
      const U256 summand = term.kind == Term::Kind::Value     ? term.value
                           : term.kind == Term::Kind::Address ? U256{found_[t]->offset}
                                                              : U256{found_[t]->size};
      sum = term.is_negative ? sum - summand : sum + summand;
    }
    return sum;
  }

  [[nodiscard]] uint64_t size(const Item& item) const {
    switch (item.kind) {
    case Item::Kind::Opcode:
      return 1;
    case Item::Kind::Push:
      return 1 + uint64_t{item.width};
    case Item::Kind::Value:
      return item.width;
    case Item::Kind::Bytes:
    case Item::Kind::Zeros:
      return item.count;
    case Item::Kind::Begin:
      return in_.blocks[item.begin].is_container ? zvm::kContainerHeader : 0;
    case Item::Kind::End:
      return in_.blocks[item.begin].abi.size();
    }
    return 0;
  }

  /// Gives labels and blocks their places for the present widths.
  Result<void> place() {
    uint64_t at = in_.blocks[0].code_begin();
    size_t next_label = 0;
    const auto place_labels = [&](size_t item) {
      for (; next_label < in_.labels.size(); ++next_label) {
        const auto& [label, block] = in_.labels[next_label];
        if (label->item > item)
          return;
        label->offset = at - in_.blocks[block].code_begin();
      }
    };
    for (size_t i = 0; i < in_.items.size(); ++i) {
      const Item& item = in_.items[i];
      place_labels(i);
      if (item.kind == Item::Kind::Begin)
        in_.blocks[item.begin].begin = at;
      at += size(item);
      if (item.kind == Item::Kind::End) {
        const Block& block = in_.blocks[item.begin];
        block.name->size = at - block.begin;
      }
      if (at > kMaxProgram)
        return error(in_.blocks[item.block].where,
                     "the program is longer than " + std::to_string(kMaxProgram) + " bytes");
    }
    place_labels(in_.items.size());
    return {};
  }

  /// Widens pushes of free width until each holds its operand. Widths only grow, so this ends; a
  /// text made to need many rounds gets wider pushes than it needs instead.
  Result<void> choose_widths() {
    constexpr unsigned kLeast[] = {0, 4, 32};
    constexpr int kRounds = 16;
    for (Item& item : in_.items) {
      if (item.is_free)
        widen(item, 0);
    }
    for (const unsigned least : kLeast) {
      for (int round = 0; round < kRounds; ++round) {
        ZVM_CHECK(place());
        bool changed = false;
        for (Item& item : in_.items) {
          if (item.is_free)
            changed |= widen(item, std::max(least, value(item.operand).byte_width()));
        }
        if (!changed)
          return {};
      }
    }
    return place();
  }

  bool widen(Item& item, unsigned width) {
    const Dialect& dialect = in_.dialect(in_.blocks[item.block]);
    const uint8_t opcode = dialect.push(width);
    const uint8_t immediate = dialect.row(opcode).immediate;
    if (is_push(dialect.row(item.opcode)) && immediate <= item.width)
      return false;
    item.opcode = opcode;
    item.width = immediate;
    return true;
  }

  Result<void> emit() {
    bytes_.resize(in_.blocks[0].code_begin());
    for (const Item& item : in_.items) {
      switch (item.kind) {
      case Item::Kind::Opcode:
        bytes_.push_back(item.opcode);
        break;
      case Item::Kind::Push:
        bytes_.push_back(item.opcode);
        ZVM_CHECK(emit_value(item));
        break;
      case Item::Kind::Value:
        ZVM_CHECK(emit_value(item));
        break;
      case Item::Kind::Bytes:
        bytes_.insert(bytes_.end(), in_.data.begin() + item.begin,
                      in_.data.begin() + item.begin + item.count);
        break;
      case Item::Kind::Zeros:
      case Item::Kind::Begin:
        bytes_.resize(bytes_.size() + size(item));
        break;
      case Item::Kind::End:
        ZVM_CHECK(close(in_.blocks[item.begin]));
        break;
      }
    }
    return close(in_.blocks[0]);
  }

  Result<void> emit_value(const Item& item) {
    const U256 v = value(item.operand);
    if (v.byte_width() > item.width)
      return error(item.operand.where, "the operand needs " + std::to_string(v.byte_width()) +
                                           " bytes, there is room for " +
                                           std::to_string(item.width));
    uint8_t word[32];
    v.store_be(word);
    bytes_.insert(bytes_.end(), word + 32 - item.width, word + 32);
    return {};
  }

  /// Writes a container's header now that its code stands behind it, and its ABI.
  Result<void> close(const Block& block) {
    if (!block.is_container)
      return {};
    const ByteView code = ByteView{bytes_}.subspan(block.code_begin());
    const Result<std::vector<uint8_t>> whole =
        zvm::build_container({block.target, block.flags, code, block.abi});
    if (!whole)
      return error(block.where, whole.error().detail);
    bytes_.resize(block.begin);
    bytes_.insert(bytes_.end(), whole->begin(), whole->end());
    return {};
  }

  Listing in_;
  std::vector<const Label*> found_; ///< by term
  std::vector<uint8_t> bytes_;
};

} // namespace

Result<Program> assemble(std::string_view text, const AssembleOptions& options) {
  ZVM_TRY(Listing listing, parse(text, options));
  return Assembler{std::move(listing)}.run();
}

} // namespace zvm::frontend::assembler
