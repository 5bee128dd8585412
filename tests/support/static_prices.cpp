#include "tests/support/static_prices.hpp"

#include <vector>

#include "frontend/wasm/block_type.hpp"
#include "frontend/wasm/locals.hpp"

namespace zvm::test {

using namespace frontend::wasm;

namespace {

struct OpenBlock {
  bool is_loop;
  size_t parameters, results;
  [[nodiscard]] size_t label() const { return is_loop ? parameters : results; }
};

class Pricer {
 public:
  Pricer(const Module& module, const Costs& costs, size_t results)
      : module_(module), costs_(costs), open_{{false, 0, results}} {}

  [[nodiscard]] bool is_open() const { return !open_.empty(); }
  ir::SourceRow price(const Instruction& in) {
    return {costs_[in.op] + costs_.move(moved(in)), dynamic(in.op)};
  }

 private:
  /// Values that the instruction takes along.
  size_t moved(const Instruction& in) {
    switch (in.op) {
    case Op::Block:
    case Op::Loop:
    case Op::If: {
      const BlockSignature s = signature_of(module_, in.block);
      open_.push_back({in.op == Op::Loop, s.parameters.size(), s.results.size()});
      return in.op == Op::Loop ? s.parameters.size() : 0;
    }
    case Op::Else:
      return open_.back().results;
    case Op::End: {
      const size_t results = open_.back().results;
      open_.pop_back();
      return results;
    }
    case Op::Br:
    case Op::BrIf:
      return label(in.index);
    case Op::BrTable: {
      Reader labels{in.bytes};
      return label(labels.u32());
    }
    case Op::Return:
      return open_.front().results;
    case Op::Call:
      return module_.type_of_function(in.index).results;
    case Op::CallIndirect:
      return module_.types[in.index].results;
    default:
      return 0;
    }
  }
  [[nodiscard]] size_t label(uint32_t depth) const {
    return open_[open_.size() - 1 - depth].label();
  }

  [[nodiscard]] ir::DynamicGas dynamic(Op op) const {
    switch (op) {
    case Op::MemoryFill:
    case Op::MemoryCopy:
    case Op::MemoryInit:
      return costs_.bulk_word != 0 ? ir::kWordsGas : 0;
    case Op::TableFill:
    case Op::TableCopy:
    case Op::TableInit:
    case Op::TableGrow:
      return costs_.bulk_item != 0 ? ir::kBytesGas : 0;
    case Op::MemoryGrow:
      return costs_.page != 0 ? ir::kBytesGas : 0;
    default:
      return 0;
    }
  }

  const Module& module_;
  const Costs& costs_;
  std::vector<OpenBlock> open_;
};

} // namespace

StaticPrices::StaticPrices(const Module& module, const FunctionFacts& facts, uint32_t index,
                           const LowerOptions& options) {
  const FunctionType& type = module.type_of_function(module.imported_functions + index);
  const Range body = module.bodies[index];
  Reader reader{module.bytes, body.offset, body.end()};
  Locals locals;
  static const Costs kNone;
  const Costs& costs = options.costs != nullptr ? *options.costs : kNone;
  if (!locals.read(reader, options.profile, module.parameters(type)))
    return;
  rows_[static_cast<uint32_t>(reader.offset())] = {costs.entry(facts.locals), 0};
  Pricer pricer{module, costs, type.results};
  Instruction in;
  while (pricer.is_open() && read_instruction(reader, options.profile, in))
    rows_[static_cast<uint32_t>(reader.offset())] = pricer.price(in);
}

ir::GasSource StaticPrices::source(std::span<const ir::SourceStep> steps) const {
  return {steps,
          [](const void* table, uint32_t pc) {
            const auto& rows = static_cast<const StaticPrices*>(table)->rows_;
            const auto found = rows.find(pc);
            return found != rows.end() ? found->second : ir::SourceRow{};
          },
          this};
}

} // namespace zvm::test
