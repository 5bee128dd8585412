#include "engine/wasm/contract/run.hpp"

#include <algorithm>
#include <cstring>
#include <new>

#include "base/host_failure.hpp"
#include "engine/wasm/constant.hpp"
#include "runtime/call/driver.hpp"
#include "runtime/call/executor.hpp"
#include "runtime/module/bulk.hpp"
#include "runtime/module/memory.hpp"
#include "runtime/module/stack.hpp"

namespace zvm::engine::wasm {

namespace fe = frontend::wasm;
using runtime::Exit;
using runtime::Frame;

namespace {

/// What calls answer to a contract.
enum class CallCode : uint8_t {
  Ok,
  Reverted,
  Failed,
  DepthLimit,
  InsufficientBalance,
  InvalidTarget
};

CallCode call_code(Status status) {
  switch (status) {
  case Status::Success:
    return CallCode::Ok;
  case Status::Revert:
    return CallCode::Reverted;
  case Status::CallDepth:
    return CallCode::DepthLimit;
  case Status::InsufficientBalance:
    return CallCode::InsufficientBalance;
  case Status::InvalidCode:
    return CallCode::InvalidTarget;
  default:
    return CallCode::Failed;
  }
}

/// What the memories of all messages may have together is limited by the host.
Status linear_memory_full(const Frame& frame, uint64_t asked) {
  return host_failed(HostCause::LinearMemoryLimit, asked, frame.execution->limits.memory);
}

std::unexpected<Error> no_memory() {
  return fail(ErrorCode::OutOfMemory, 0, "no memory for an instance of a contract");
}

} // namespace

// --- making and resetting ---

ContractRun::ContractRun(Contract& contract)
    : contract_(contract), store_({.memory_bytes = contract.rules().max_pages * runtime::kPage,
                                   .bounds = contract.module().bounds()}) {}

ContractRun::~ContractRun() { give_stack_back(); }

void ContractRun::give_stack_back() {
  if (stack_ != nullptr)
    runtime::keep_stack(stack_);
  stack_ = nullptr;
}

Result<std::unique_ptr<ContractRun>> ContractRun::make(Contract& contract) {
  auto run = std::unique_ptr<ContractRun>(new (std::nothrow) ContractRun(contract));
  if (run == nullptr)
    return no_memory();
  ZVM_CHECK(run->link());
  if (!run->remember())
    return no_memory();
  return run;
}

Result<void> ContractRun::link() {
  ZVM_TRY(const Instantiated made, store_.instantiate(contract_.module(), contract_.imports()));
  if (made.status != Status::Success) {
    return fail(ErrorCode::InvalidModule, 0,
                "the module cannot be instantiated: " + std::string{info(made.status).text});
  }
  instance_ = made.instance;
  return {};
}

bool ContractRun::remember() {
  const fe::Module& m = contract_.module().decoded();
  const runtime::Instance& code = instance_->code();
  for (size_t i = 0; i < m.globals.size(); ++i) {
    if (!globals_.try_push(code.globals[i]->slots[0]))
      return false;
  }
  for (size_t i = 0; i < m.tables.size(); ++i) {
    const runtime::Table& table = *code.tables[i];
    if (!table_sizes_.try_push(table.size) || !items_.try_append({table.items, table.size}))
      return false;
  }
  ConstantEvaluator constants{*instance_};
  for (const fe::DataSegment& segment : m.data) {
    if (segment.mode == fe::SegmentMode::Active &&
        !pieces_.try_push({constants.evaluate_slot(segment.destination), segment.bytes}))
      return false;
  }
  pages_ = code.memories[0]->size / runtime::kPage;
  return data_.try_append({code.data, m.data.size()}) &&
         elements_.try_append({code.elements, m.elements.size()});
}

bool ContractRun::reset() {
  give_stack_back(); // the thread's next message takes it, whoever's it is
  runtime::Instance& code = instance_->code();
  for (size_t i = 0; i < globals_.size(); ++i)
    code.globals[i]->slots[0] = globals_[i];
  const runtime::Reference* items = items_.data();
  for (size_t i = 0; i < table_sizes_.size(); ++i) {
    // Without reference types a table cannot grow.
    std::copy_n(items, table_sizes_[i], code.tables[i]->items);
    items += table_sizes_[i];
  }
  std::ranges::copy(data_, code.data);
  std::ranges::copy(elements_, code.elements);
  if (store_.has_failed() || !runtime::reset_memory(*code.memories[0], pages_))
    return false;
  for (const Piece& piece : pieces_) {
    if (runtime::init(*code.memories[0], piece.at, piece.bytes, 0, piece.bytes.size()) !=
        Status::Success)
      return false;
  }
  leaving_ = Leaving::No;
  created_at_ = 0;
  reserve_ = remainder_ = 0;
  output_.clear();
  return true;
}

// --- gas ---

void ContractRun::to_counter(const Frame& frame) {
  const gas::Schedule& schedule = *frame.schedule;
  const int64_t counter = schedule.to_counter(frame.gas);
  reserve_ = frame.gas - schedule.to_gas(counter);
  activation_->gas = counter;
  if (remainder_ == 0)
    return;
  // A counter that is full makes room for the remainder.
  if (counter > INT64_MAX - schedule.subunits) {
    activation_->gas -= schedule.subunits;
    ++reserve_;
  }
  activation_->gas += remainder_;
}

void ContractRun::to_frame(Frame& frame) {
  const gas::Schedule& schedule = *frame.schedule;
  const int64_t counter = std::max<int64_t>(activation_->gas, 0);
  frame.gas = schedule.to_gas(counter) + reserve_;
  remainder_ = counter % schedule.subunits;
}

/// To poll at so much gas.
void ContractRun::arm(const Frame& frame, int64_t look) {
  look_ = look;
  runtime::arm(*frame.execution, *activation_,
               frame.schedule->to_counter(std::max<int64_t>(look - reserve_, 0)));
}

Status ContractRun::poll(runtime::Context& context, int64_t gas) {
  auto& activation = static_cast<runtime::Activation&>(context);
  auto& run = *static_cast<ContractRun*>(activation.context);
  Frame& frame = *activation.frame;
  runtime::Execution& x = *frame.execution;
  ZVM_RETURN_UNLESS_SUCCESS(runtime::check_stop(x));
  run.arm(frame,
          x.executor->polled(frame, &activation, frame.schedule->to_gas(gas) + run.reserve_));
  return Status::Success;
}

// --- the host ---

runtime::Function ContractRun::host_function(const HostRow& row, const runtime::Signature& type) {
  return {.entry = backend::interp::host_entry(),
          .signature = &type,
          .host = call_host,
          .data = const_cast<HostRow*>(&row)};
}

Status ContractRun::call_host(runtime::Activation& activation, void* data, uint64_t* slots) {
  const auto& row = *static_cast<const HostRow*>(data);
  auto& run = *static_cast<ContractRun*>(activation.context);
  Frame& frame = *activation.frame;
  run.to_frame(frame);
  const int64_t price = (*frame.schedule)[row.cost];
  if (frame.gas < price) {
    activation.gas = 0;
    return Status::OutOfGas;
  }
  frame.gas -= price;
  HostCall call{
      frame, *run.instance_->code().memories[0], slots, run.leaving_, run.created_at_, run.output_};
  const Status status = row.routine(call);
  run.to_counter(frame);
  return status;
}

// --- a message ---

Status ContractRun::begin(Frame& frame, int64_t look) {
  runtime::Workspace& workspace = frame.execution->workspace;
  ZVM_RETURN_UNLESS_SUCCESS(workspace.activation(frame.message.depth, activation_));
  stack_ = activation_->stack = runtime::take_stack();
  if (stack_ == nullptr)
    return host_failed(HostCause::AddressSpace, runtime::kGuestStack);
  activation_->native_stack = runtime::top_of(stack_);
  const bool creates = is_create(frame.message.kind);
  const uint32_t entry = creates ? contract_.constructor() : contract_.entry();
  activation_->frame = &frame;
  activation_->context = this;
  activation_->poll = poll;
  activation_->host = frame.host;
  activation_->depth_left = runtime::kCallDepth;
  frame.bytes = instance_->code().memories[0]->base;
  to_counter(frame);
  activation_->gas -= contract_.opening_cost();
  if (activation_->gas < 0)
    return Status::OutOfGas;
  if (entry == Contract::kNoFunction)
    return Status::Success; // nothing to construct
  arm(frame, look);
  uint64_t* results = stack_ + backend::interp::kFirstSlot;
  return backend::interp::call(*activation_, *instance_->function(entry), results);
}

/// Behind a message that the code has sent.
Status ContractRun::go_on(Frame& frame, int64_t look) {
  if (frame.returned == Status::Success && created_at_ != 0) {
    std::memcpy(instance_->code().memories[0]->base + created_at_,
                frame.next->recipient.bytes.data(), sizeof(Address));
  }
  activation_->suspended[0] = static_cast<uint64_t>(call_code(frame.returned));
  leaving_ = Leaving::No;
  to_counter(frame);
  // A loop that sends messages polls as often as another.
  arm(frame, std::max(look, std::min(look_, frame.gas)));
  return backend::interp::resume(*activation_);
}

void ContractRun::give_output(Frame& frame, ByteView output) {
  frame.bytes = const_cast<uint8_t*>(output.data());
  frame.output_offset = 0;
  frame.output_size = output.size();
}

/// The message is over.
void ContractRun::end(Frame& frame, Status status) {
  to_frame(frame);
  frame.status = status;
  if (status != Status::Success)
    return;
  const bool creates = is_create(frame.message.kind);
  const uint32_t entry = creates ? contract_.constructor() : contract_.entry();
  const bool has_result = entry != Contract::kNoFunction &&
                          contract_.module().signature_of_function(entry).result_count != 0;
  const uint64_t* result = stack_ + backend::interp::kFirstSlot;
  if (!has_result)
    return;
  if (!creates && contract_.is_legacy()) {
    const auto type = contract_.module().signature_of_function(entry).results()[0];
    result_ = *result;
    give_output(frame, {reinterpret_cast<const uint8_t*>(&result_),
                        type == runtime::ValueType::I64 ? size_t{8} : size_t{4}});
  } else if (static_cast<uint32_t>(*result) != 0) {
    frame.status = Status::Revert;
    frame.output_size = 0;
  }
}

Exit ContractRun::settle(Frame& frame, Status status) {
  frame.exit = Exit::Done;
  if (store_.has_failed()) {
    const runtime::Budget& budget = store_.budget();
    frame.status = budget.failed == HostCause::StoreBytesLimit
                       ? linear_memory_full(frame, budget.asked)
                       : host_failed(budget.failed, budget.asked);
    return frame.exit;
  }
  if (status == Status::Suspended && leaving_ != Leaving::No) {
    to_frame(frame);
    if (leaving_ == Leaving::Call) {
      frame.exit = Exit::Call;
      return frame.exit;
    }
    frame.status = leaving_ == Leaving::Finish ? Status::Success : Status::Revert;
    if (!output_.empty())
      give_output(frame, output_.view());
  } else {
    end(frame, status);
  }
  // What is deployed is the module itself.
  if (frame.status == Status::Success && is_create(frame.message.kind))
    give_output(frame, frame.message.input);
  return frame.exit;
}

uint64_t ContractRun::memory_size() const { return instance_->code().memories[0]->size; }

Exit run_contract(Contract& contract, Frame& frame, int64_t look) {
  uint64_t& left = frame.execution->linear_memory_left;
  auto* run = static_cast<ContractRun*>(frame.run);
  const bool begins = run == nullptr;
  if (begins) {
    run = contract.open();
    if (run == nullptr || run->memory_size() > left) {
      frame.status = run != nullptr ? linear_memory_full(frame, run->memory_size())
                                    : out_of_memory_unless_known();
      if (run != nullptr)
        contract.close(run);
      return Exit::Done;
    }
    left -= run->memory_size();
    frame.run = run;
  }
  // What this frame grows by is taken from what all may have.
  run->store_.set_bytes_left(left);
  const Status status = begins ? run->begin(frame, look) : run->go_on(frame, look);
  left = run->store_.bytes_left();
  return run->settle(frame, status);
}

void close_contract(Contract& contract, Frame& frame) {
  auto* run = static_cast<ContractRun*>(frame.run);
  frame.execution->linear_memory_left += run->memory_size();
  contract.close(run);
}

} // namespace zvm::engine::wasm
