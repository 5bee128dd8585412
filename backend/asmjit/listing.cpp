// Machine code for who wants to see it: what is refused and why, and what labels are called.
#include "backend/asmjit/code.hpp"
#include "backend/asmjit/emitter.hpp"

namespace zvm::backend::asmjit {

std::string FunctionEmitter::refusal() const {
  if (refused_op_)
    return "there is no machine code of " + std::string{ir::info(*refused_op_).text};
  if (f_ == nullptr)
    return "memory ran out";
  const uint64_t need = uint64_t{f_->stack_need} + f_->stack_growth;
  if (need > runtime::kStackLimit)
    return "it needs a stack of " + std::to_string(need) + " items";
  if (values_.failed())
    return "too many values live at once, or memory ran out";
  if (module_ != nullptr && !fits_stack())
    return "its frame takes more of the stack than calls of it are charged for";
  return "a limit was met, or memory ran out";
}

/// Blocks have the numbers that print() gives them.
void FunctionEmitter::name_labels() {
  const std::pair<const Label*, const char*> known[] = {{&place_, "place"}, {&leave_, "leave"},
                                                        {&done_, "done"},   {&exits_cell_, "exits"},
                                                        {&growth_, "grow"}, {&failed_, "failed"}};
  for (const auto& [label, name] : known)
    lister_->name(label->id(), name);
  for (size_t i = 0; i < callees_.size(); ++i)
    lister_->name(callees_[i].label, "function" + std::to_string(i));
  for (size_t i = 0; i < traps_.size(); ++i) {
    if (traps_[i] != ir::kNone)
      lister_->name(traps_[i], std::string{name(static_cast<Status>(i))});
  }
  uint32_t number = 0;
  for (const ir::BlockId b : layout(*f_)) {
    const std::string block = "block" + std::to_string(number++);
    lister_->name(blocks_[b], block);
    if (module_ == nullptr)
      continue;
    if (heads_[b].paid != ir::kNone)
      lister_->name(heads_[b].paid, block + ".paid");
    if (heads_[b].back != ir::kNone)
      lister_->name(heads_[b].back, block + ".back");
  }
}

namespace {

template <typename... Code>
NativeListing list(const gas::Schedule* schedule, const Code&... ir) {
  NativeListing listing;
  const Linkage* linkage = Linkage::get();
  if (linkage == nullptr) {
    listing.refusal = "this machine cannot run it (x86-64-v3 is needed)";
    return listing;
  }
  FunctionEmitter emitter{*linkage};
  Lister lister{listing};
  RunnableCode code;
  Exits exits;
  if (!emitter.begin(exits, schedule, &lister) || !emitter.add(ir...) || !emitter.finish(code))
    listing = {.lines = {}, .bytes = {}, .refusal = emitter.refusal()};
  return listing;
}

} // namespace

NativeListing list_native_code(const ir::Function& trace, const gas::Schedule& schedule) {
  return list(&schedule, trace);
}
NativeListing list_native_code(const ir::Module& program, const gas::Schedule& schedule) {
  return list(&schedule, program);
}
NativeListing list_native_code(const ir::Function& function, const interp::ModuleSource& module) {
  return list(nullptr, function, ModuleUnit{.imports = module.imports, .bounds = module.bounds});
}

} // namespace zvm::backend::asmjit
