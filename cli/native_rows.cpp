#include "cli/native_rows.hpp"

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>

#include "base/hex.hpp"
#include "ir/print.hpp"

namespace zvm::cli {
namespace {

using backend::NativeLine;
using ir::kNone;

/// What is known of a function by block and by instruction.
struct Facts {
  struct Piece {
    std::string ir{};
    uint32_t pc = 0;
    uint32_t place = 0; ///< of an instruction, in its block, from 1
    std::vector<GuestInstruction> source{};
    bool is_shown = false;
  };
  std::vector<uint32_t> numbers; ///< of blocks
  std::map<ir::BlockId, Piece> heads;
  std::map<ir::InstId, Piece> insts;
};

/// The text has a line for the function, and then one for each block and each instruction.
void read_ir(const ir::Function& f, Facts& facts) {
  const std::string all = ir::print(f);
  std::string_view text = all;
  const auto next = [&text] {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string line{text.substr(0, end)};
    text.remove_prefix(std::min(end + 1, text.size()));
    line.erase(0, std::min(line.find_first_not_of(' '), line.size()));
    return line;
  };
  (void)next();
  facts.numbers.assign(f.blocks.size(), kNone);
  uint32_t number = 0;
  for (const ir::BlockId b : layout(f)) {
    facts.numbers[b] = number++;
    facts.heads[b] = {.ir = next(), .pc = f.blocks[b].pc};
    uint32_t place = 0;
    for (const ir::InstId i : body(f, b))
      facts.insts[i] = {.ir = next(), .place = ++place};
  }
}

/// Each instruction of the source stands at the first instruction that is left of its IR; where none
/// is, at that of what follows it. What passes wrote is of what stands before it.
void place_source(const NativeFunction& f, Facts& facts) {
  for (const ir::BlockId b : layout(*f.ir)) {
    const bool is_entry = std::ranges::find(f.ir->entries, b) != f.ir->entries.end();
    uint32_t pc = f.ir->blocks[b].pc;
    for (const ir::InstId i : body(*f.ir, b)) {
      const ir::Inst& inst = f.ir->insts[i];
      const auto behind = std::ranges::upper_bound(f.steps, i, {}, &NativeStep::first);
      if (i < f.lowered && !is_entry && behind != f.steps.begin())
        pc = std::prev(behind)->source.pc;
      else if (inst.state != kNone && inst.op != ir::Op::Leave && inst.op != ir::Op::CallFunction)
        pc = f.ir->states[inst.state].pc;
      facts.insts[i].pc = pc;
    }
  }
  std::vector<GuestInstruction> waiting;
  auto last = facts.insts.end();
  for (size_t k = 0; k < f.steps.size(); ++k) {
    if (!f.steps[k].source.text.empty())
      waiting.push_back(f.steps[k].source);
    const uint32_t end = k + 1 < f.steps.size() ? f.steps[k + 1].first : f.lowered;
    const auto owner = facts.insts.lower_bound(f.steps[k].first);
    if (owner == facts.insts.end() || owner->first >= end)
      continue;
    last = owner;
    std::ranges::move(waiting, std::back_inserter(owner->second.source));
    waiting.clear();
  }
  if (last != facts.insts.end())
    std::ranges::move(waiting, std::back_inserter(last->second.source));
}

bool is_shown(const NativeRow& row, const NativeFilter& filter) {
  const bool is_shared = row.block == kNone;
  if (is_shared)
    return !filter.function && !filter.block && !filter.pcs;
  return (!filter.function || row.function == *filter.function) &&
         (!filter.block || row.block == *filter.block) &&
         (!filter.pcs || (row.pc >= filter.pcs->first && row.pc <= filter.pcs->second));
}

class RowMaker {
 public:
  RowMaker(std::span<const NativeFunction> functions, const backend::NativeListing& listing)
      : functions_(functions), facts_(functions.size()) {
    for (size_t i = 0; i < functions.size(); ++i) {
      read_ir(*functions[i].ir, facts_[i]);
      place_source(functions[i], facts_[i]);
    }
    for (const NativeLine& line : listing.lines) {
      const bool goes_on = !pieces_.empty() && of(*pieces_.back().front()) == of(line);
      if (!goes_on)
        pieces_.emplace_back();
      pieces_.back().push_back(&line);
    }
  }

  std::vector<NativeRow> run() {
    // By block, the last piece that shows an instruction for the first time.
    std::map<BlockKey, size_t> ends;
    std::map<BlockKey, uint32_t> shown;
    for (size_t k = 0; k < pieces_.size(); ++k) {
      const NativeLine& line = *pieces_[k].front();
      if (line.block == kNone)
        continue;
      const uint32_t place = line.inst == kNone ? 0 : piece(line).place;
      const auto [at, is_new] = shown.try_emplace({line.function, line.block}, place);
      if (is_new || place > at->second) {
        at->second = place;
        ends[at->first] = k;
      }
    }
    for (size_t k = 0; k < pieces_.size(); ++k) {
      add(pieces_[k]);
      const NativeLine& line = *pieces_[k].front();
      const auto end = ends.find({line.function, line.block});
      if (end != ends.end() && end->second == k)
        add_silent({line.function, line.block}, UINT32_MAX);
    }
    return std::move(rows_);
  }

 private:
  using BlockKey = std::pair<uint32_t, ir::BlockId>;
  using Of = std::tuple<uint32_t, ir::BlockId, ir::InstId>;
  static Of of(const NativeLine& line) { return {line.function, line.block, line.inst}; }

  Facts::Piece& piece(const NativeLine& line) {
    Facts& facts = facts_[line.function];
    return line.inst == kNone ? facts.heads[line.block] : facts.insts[line.inst];
  }

  /// Instructions of the block up to a place that nothing was written for.
  void add_silent(BlockKey block, uint32_t place) {
    const ir::Function& f = *functions_[block.first].ir;
    const auto [next, is_new] = next_.try_emplace(block, f.blocks[block.second].first);
    Facts& facts = facts_[block.first];
    for (; next->second != kNone; next->second = f.insts[next->second].next) {
      Facts::Piece& p = facts.insts[next->second];
      if (p.place >= place)
        return;
      push(block, p);
    }
  }

  void add(const std::vector<const NativeLine*>& code) {
    const NativeLine& line = *code.front();
    if (line.block == kNone) {
      rows_.emplace_back();
    } else {
      const BlockKey block{line.function, line.block};
      Facts::Piece& p = piece(line);
      const bool is_head = line.inst == kNone, is_first = !p.is_shown;
      add_silent(block, is_head ? 0 : p.place);
      push(block, p);
      if (is_head && is_first)
        rows_.back().gas = functions_[line.function].ir->blocks[line.block].gas;
      const auto next = next_.find(block);
      if (!is_head && next->second == line.inst)
        next->second = functions_[line.function].ir->insts[line.inst].next;
    }
    rows_.back().code = code;
  }

  void push(BlockKey block, Facts::Piece& p) {
    rows_.push_back({.function = block.first,
                     .block = facts_[block.first].numbers[block.second],
                     .pc = p.pc,
                     .gas = {},
                     .source = std::exchange(p.source, {}),
                     .ir = p.ir,
                     .code = {}});
    p.is_shown = true;
  }

  std::span<const NativeFunction> functions_;
  std::vector<Facts> facts_;
  std::vector<std::vector<const NativeLine*>> pieces_; ///< that follow each other, of one thing
  std::map<BlockKey, ir::InstId> next_;                ///< what is to be shown next of a block
  std::vector<NativeRow> rows_;
};

// --- text ---

constexpr size_t kGasWidth = 6, kSourceWidth = 26, kIrWidth = 44, kCodeWidth = 40;

/// In pieces of a width, broken at spaces where there are some.
std::vector<std::string> wrapped(std::string_view text, size_t width) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::string indent = lines.empty() ? "" : "  ";
    const size_t room = width - indent.size();
    size_t end = text.size();
    if (end > room) {
      const size_t space = text.rfind(' ', room);
      end = space == std::string_view::npos || space == 0 ? room : space;
    }
    lines.push_back(indent + std::string{text.substr(0, end)});
    text.remove_prefix(end);
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  }
  return lines;
}

std::string bytes_of(const NativeLine& line, ByteView bytes) {
  return to_hex(bytes.subspan(line.offset, line.size)).substr(2);
}

std::string offset_text(uint32_t offset) {
  char text[16];
  (void)std::snprintf(text, sizeof text, "%05x", offset);
  return text;
}

std::string code_text(const NativeLine& line, ByteView bytes) {
  const bool is_label = line.size == 0;
  std::string text = offset_text(line.offset) + (is_label ? " " : "   ") + line.text;
  if (!is_label) {
    text.resize(std::max(text.size() + 1, kCodeWidth), ' ');
    text += bytes_of(line, bytes);
  }
  return text;
}

void print_row(std::ostream& out, const NativeRow& row, ByteView bytes) {
  std::vector<std::pair<std::string, std::string>> source; // gas, text
  if (row.gas && *row.gas != 0)
    source.emplace_back(std::to_string(*row.gas), "");
  for (const GuestInstruction& in : row.source) {
    const std::string pc = std::to_string(in.pc);
    std::string gas = "(" + std::to_string(in.gas) + ")";
    for (const std::string& line :
         wrapped(std::string(pc.size() < 5 ? 5 - pc.size() : 0, ' ') + pc + " " + in.text,
                 kSourceWidth))
      source.emplace_back(std::exchange(gas, ""), line);
  }
  const std::vector<std::string> ir = wrapped(row.ir, kIrWidth);
  const size_t lines = std::max({source.size(), ir.size(), row.code.size()});
  for (size_t i = 0; i < lines; ++i) {
    const auto [gas, text] = i < source.size() ? source[i] : std::pair<std::string, std::string>{};
    std::string line = std::string(gas.size() < kGasWidth ? kGasWidth - gas.size() : 0, ' ') + gas;
    const auto column = [&line](const std::string& cell, size_t width) {
      line += " " + cell + std::string(cell.size() < width ? width - cell.size() : 0, ' ');
    };
    column(text, kSourceWidth);
    column(i < ir.size() ? ir[i] : "", kIrWidth);
    if (i < row.code.size())
      column(code_text(*row.code[i], bytes), 0);
    line.resize(line.find_last_not_of(' ') + 1);
    out << line << '\n';
  }
}

} // namespace

std::vector<NativeRow> make_rows(std::span<const NativeFunction> functions,
                                 const backend::NativeListing& listing,
                                 const NativeFilter& filter) {
  std::vector<NativeRow> rows = RowMaker{functions, listing}.run();
  std::erase_if(rows, [&](const NativeRow& row) { return !is_shown(row, filter); });
  return rows;
}

void print_rows(std::ostream& out, std::span<const NativeRow> rows, ByteView bytes) {
  out << ";  gas    pc code" << std::string(kSourceWidth - 9, ' ') << "IR"
      << std::string(kIrWidth - 1, ' ') << "machine code\n";
  for (const NativeRow& row : rows)
    print_row(out, row, bytes);
}

nlohmann::ordered_json to_json(std::span<const NativeRow> rows, ByteView bytes) {
  using nlohmann::ordered_json;
  ordered_json all = ordered_json::array();
  for (const NativeRow& row : rows) {
    ordered_json out = ordered_json::object();
    if (row.block != kNone)
      out = {{"function", row.function}, {"block", row.block}, {"pc", row.pc}, {"ir", row.ir}};
    if (row.gas)
      out["gas"] = *row.gas;
    for (const GuestInstruction& in : row.source)
      out["source"].push_back({{"pc", in.pc}, {"text", in.text}, {"gas", in.gas}});
    for (const NativeLine* line : row.code) {
      out["code"].push_back({{"offset", line->offset},
                             {"bytes", "0x" + bytes_of(*line, bytes)},
                             {"text", line->text}});
    }
    all.push_back(std::move(out));
  }
  return all;
}

} // namespace zvm::cli
