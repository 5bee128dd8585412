#include "runtime/call/driver.hpp"

#include <algorithm>
#include <chrono>

#include "base/host_failure.hpp"
#include "runtime/call/held_codes.hpp"
#include "runtime/frame.hpp"
#include "runtime/precompiles/precompiles.hpp"
#include "runtime/tracer.hpp"

namespace zvm::runtime {
namespace {

using gas::Cost;
using gas::Rule;

/// Gas between two looks at the clock, where there is a deadline: some milliseconds.
constexpr int64_t kDeadlineSlice = int64_t{1} << 22;

uint64_t now_ns() {
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(
                                   std::chrono::steady_clock::now().time_since_epoch())
                                   .count());
}

Status count_step(Frame& f, int64_t gas) {
  Execution& x = *f.execution;
  if (x.steps_left == 0)
    return Status::StepLimit;
  --x.steps_left;
  if (x.tracer != nullptr)
    x.tracer->step(f, gas);
  return Status::Success;
}

/// Whether a message from outside is one that can be run.
Status check(const Message& m, const TxContext& tx, const gas::Schedule& evm) {
  if (m.kind > CallKind::Create2)
    return host_failed(HostCause::MessageKind, static_cast<uint64_t>(m.kind));
  if (m.depth != 0)
    return host_failed(HostCause::MessageDepth, m.depth);
  if (m.gas < 0)
    return host_failed(HostCause::MessageGas);
  if (m.state_gas < 0 || (m.state_gas != 0 && !evm.has(Rule::StateGas)))
    return host_failed(HostCause::MessageStateGas);
  const bool sends = m.kind == CallKind::StaticCall || m.kind == CallKind::Call;
  if (m.is_static ? is_create(m.kind) || (sends && !m.value.is_zero())
                  : m.kind == CallKind::StaticCall)
    return host_failed(HostCause::MessageStatic);
  if (!is_readable(m.input))
    return host_failed(HostCause::MessageInput);
  if (!is_readable(tx.blob_hashes))
    return host_failed(HostCause::BlobHashes);
  return Status::Success;
}

class Driver {
 public:
  explicit Driver(Execution& x) : x_(x), output_(x.workspace.output()), codes_(*x.executor) {}

  Status run(const Message& message, MessageResult& result);

 private:
  /// How a message begins: with a frame for its code, or with its end.
  struct Outcome {
    bool runs;
    Status status;
    int64_t gas_left;
  };

  Status run_frames(MessageResult& result);
  Outcome begin(const Message& m);
  Outcome open_frame(const Message& m, Account& recipient, Account& code_account,
                     Journal::Checkpoint checkpoint);
  [[nodiscard]] Status run_precompile(const Precompile& precompile, ByteView input,
                                      int64_t& gas_left);
  Outcome end(const Message& m, Status status, int64_t gas_left) {
    if (x_.tracer != nullptr)
      tell_end(m, status, gas_left);
    return {false, status, gas_left};
  }
  void tell_end(const Message& m, Status status, int64_t gas_left);
  void settle(Frame& f);
  Status finish_create(Frame& f);
  [[nodiscard]] Status deliver(Frame& caller, Status status, int64_t gas_left, ByteView output);
  void close(Frame& f);

  Execution& x_;
  Buffer& output_; ///< of a message that ended without a frame
  HeldCodes codes_;
  uint32_t open_ = 0; ///< frames
};

Status Driver::run(const Message& message, MessageResult& result) {
  const Journal::Checkpoint whole = x_.journal.checkpoint();
  result.status = check(message, x_.tx, *x_.evm);
  if (result.status == Status::Success)
    result.status = x_.workspace.prepare(x_.limits.memory);
  if (result.status != Status::Success)
    return result.status;
  // DelegateCall passes a value on that somebody else has sent.
  if (!message.value.is_zero() && message.kind != CallKind::DelegateCall) {
    Account* sender = nullptr;
    result.status = x_.journal.load(message.sender, sender);
    if (result.status != Status::Success)
      return result.status;
    if (sender->now.balance < message.value) {
      result.gas_left = message.gas;
      result.state_gas_left = message.state_gas;
      return result.status = Status::InsufficientBalance;
    }
  }
  x_.fill_context_words();
  const Outcome outcome = begin(message);
  result.status = outcome.status;
  if (outcome.runs) {
    result.status = run_frames(result);
  } else if (!is_host(outcome.status)) {
    result.gas_left = outcome.gas_left;
    result.state_gas_left = message.state_gas;
    if (!result.output.try_append(output_.view()))
      result.status = out_of_memory();
  }
  x_.running.store(nullptr, std::memory_order_seq_cst);
  if (is_host(result.status)) {
    // Not the contract's doing: nothing of it stands.
    while (open_ > 0)
      close(x_.workspace.frame(open_ - 1));
    x_.journal.revert_to(whole);
    const Status status = result.status;
    result.clear();
    result.status = status;
  } else if (result.status == Status::Success && is_create(message.kind)) {
    result.created = message.recipient;
  }
  return result.status;
}

/// Runs the innermost frame until none is left. A host outcome is returned with frames still open.
Status Driver::run_frames(MessageResult& result) {
  for (;;) {
    Frame& f = x_.workspace.frame(open_ - 1);
    // Here too: each frame may be too short for a poll to look at the clock.
    ZVM_RETURN_UNLESS_SUCCESS(check_stop(x_));
    if (x_.executor->run(f) == Exit::Call) {
      Outcome outcome{false, f.refused, f.next->gas};
      if (f.refused == Status::Success) {
        outcome = begin(*f.next);
      } else {
        output_.clear();
      }
      if (outcome.runs)
        continue;
      if (is_host(outcome.status))
        return outcome.status;
      ZVM_RETURN_UNLESS_SUCCESS(deliver(f, outcome.status, outcome.gas_left, output_.view()));
      continue;
    }
    const ByteView returned{f.bytes + f.output_offset, f.output_size};
    settle(f);
    if (is_host(f.status))
      return f.status;
    const ByteView output{f.bytes + f.output_offset, f.output_size};
    if (x_.tracer != nullptr) {
      const bool creates = f.status == Status::Success && is_create(f.message.kind);
      x_.tracer->exit(f.message, {f.status, f.gas, f.state_gas, creates ? returned : output});
    }
    if (open_ == 1) {
      const Status status = f.status;
      result.gas_left = f.gas;
      result.state_gas_left = f.state_gas.left;
      result.state_gas_spent = f.state_gas.spent;
      if (!result.output.try_append(output))
        return out_of_memory();
      close(f);
      return status;
    }
    Frame& caller = x_.workspace.frame(open_ - 2);
    caller.state_gas.join(f.state_gas);
    ZVM_RETURN_UNLESS_SUCCESS(deliver(caller, f.status, f.gas, output));
    close(f);
  }
}

/// Of a message that opened no frame; its output is in output_.
[[gnu::cold, gnu::noinline]] void Driver::tell_end(const Message& m, Status status,
                                                   int64_t gas_left) {
  x_.tracer->exit(m, {status, gas_left, StateGas{m.state_gas}, output_.view()});
}

/// Enters a message: transfer, precompile, or a frame for its code. Where it ends at once, its
/// output is in output_.
Driver::Outcome Driver::begin(const Message& m) {
  Journal& journal = x_.journal;
  output_.clear();
  if (x_.tracer != nullptr)
    x_.tracer->enter(m);
  const auto ends = [&](Status status, int64_t gas_left) { return end(m, status, gas_left); };
  Account* recipient = nullptr;
  if (const Status s = journal.load(m.recipient, recipient); s != Status::Success)
    return ends(s, 0);
  if (is_create(m.kind)) {
    bool collides = false;
    if (const Status s = journal.has_collision(*recipient, collides); s != Status::Success) {
      return ends(s, 0);
    }
    if (collides)
      return ends(Status::CreateCollision, 0);
  }
  const Journal::Checkpoint checkpoint = journal.checkpoint();
  const auto change = [&]() -> Status {
    if (is_create(m.kind)) {
      ZVM_RETURN_UNLESS_SUCCESS(journal.create(*recipient));
    } else if (const Status s = journal.touch(*recipient); s != Status::Success) {
      return s;
    }
    const bool transfers = m.kind == CallKind::Call || is_create(m.kind);
    if (!transfers || m.value.is_zero())
      return Status::Success;
    Account* sender = nullptr;
    ZVM_RETURN_UNLESS_SUCCESS(journal.load(m.sender, sender));
    return journal.transfer(*sender, *recipient, m.value);
  };
  if (const Status s = change(); s != Status::Success)
    return ends(s, 0);

  if (!is_create(m.kind) && !m.is_delegated) {
    if (const Precompile* precompile = x_.precompiles->find(m.code_address)) {
      int64_t gas_left = m.gas;
      const Status s = run_precompile(*precompile, m.input, gas_left);
      if (s != Status::Success && !is_host(s))
        journal.revert_to(checkpoint);
      return ends(s, gas_left);
    }
  }
  Account* code_account = recipient;
  if (!is_create(m.kind)) {
    if (m.code_address != m.recipient) {
      if (const Status s = journal.load(m.code_address, code_account); s != Status::Success)
        return ends(s, 0);
    }
    if (const Status s = journal.load_code(*code_account); s != Status::Success)
      return ends(s, 0);
    if (!code_account->has_code())
      return ends(Status::Success, m.gas);
  } else if (m.input.empty()) {
    return ends(Status::Success, m.gas); // empty init code deploys empty code
  }
  return open_frame(m, *recipient, *code_account, checkpoint);
}

/// Pays for it and runs it; its output is in output_. Failures take all gas.
Status Driver::run_precompile(const Precompile& precompile, ByteView input, int64_t& gas_left) {
  const uint64_t cost = gas_cost(precompile, input);
  if (cost > static_cast<uint64_t>(gas_left)) {
    gas_left = 0;
    return Status::OutOfGas;
  }
  const auto stop = [](void* x) { return check_stop(*static_cast<const Execution*>(x)); };
  PrecompileContext context{{stop, &x_}, false};
  clear_host_failure();
  Status s = runtime::run(precompile, input, output_, context);
  if (s != Status::Success) [[unlikely]]
    s = hook_failed(s, HostCause::Precompile);
  if (context.needs_pairing && x_.missing_precompile.empty())
    x_.missing_precompile = precompile.name;
  if (s != Status::Success)
    output_.clear();
  gas_left = s == Status::Success ? gas_left - static_cast<int64_t>(cost) : 0;
  return s;
}

Driver::Outcome Driver::open_frame(const Message& m, Account& recipient, Account& code_account,
                                   Journal::Checkpoint checkpoint) {
  CodeObject* code = nullptr;
  const Status s = is_create(m.kind)
                       ? x_.executor->acquire_init(x_, m, code)
                       : codes_.acquire(x_, code_account.now.code_hash, code_account.code, code);
  if (is_host(s))
    return {false, s, 0};
  if (s != Status::Success) {
    // Code that cannot run at all: a broken container.
    x_.journal.revert_to(checkpoint);
    return end(m, s, 0);
  }
  Workspace& workspace = x_.workspace;
  Frame& f = workspace.open(m.depth);
  if (m.depth == 0) // that of a call has been made there
    f.message = m;
  f.bytes = f.memory;
  f.run = nullptr;
  workspace.return_data(m.depth).clear();
  f.gas = m.gas;
  f.state_gas = StateGas{m.state_gas};
  f.unpaid_state_gas = 0;
  f.pc = 0;
  f.host = x_.host;
  f.code = code;
  f.calldata = is_create(m.kind) ? nullptr : m.input.data();
  f.calldata_size = is_create(m.kind) ? 0 : m.input.size();
  f.return_data = nullptr;
  f.return_data_size = 0;
  f.transaction_words = x_.context_words;
  f.message_words[static_cast<size_t>(ContextField::Address)] = to_word(m.recipient);
  f.message_words[static_cast<size_t>(ContextField::Caller)] = to_word(m.sender);
  f.message_words[static_cast<size_t>(ContextField::Value)] = m.value;
  f.schedule = code->schedule;
  f.execution = &x_;
  f.status = Status::Success;
  f.exit = Exit::Done;
  f.output_offset = f.output_size = 0;
  f.journal_checkpoint = checkpoint;
  f.step_hook = x_.tracer != nullptr || x_.limits.steps != UINT64_MAX ? count_step : nullptr;
  f.account = &recipient;
  ++open_;
  return {true, Status::Success, m.gas};
}

/// The end of a frame's code: what of it stays in the journal.
void Driver::settle(Frame& f) {
  if (f.status == Status::Success && is_create(f.message.kind))
    f.status = finish_create(f);
  if (f.status == Status::Success || is_host(f.status))
    return;
  x_.journal.revert_to(f.journal_checkpoint);
  f.state_gas.undo(f.gas);
  if (f.status != Status::Revert) {
    f.gas = 0;
    f.output_size = 0;
  }
}

/// Deploys what init code returned (EIP-2, 170, 3541).
Status Driver::finish_create(Frame& f) {
  const gas::Schedule& schedule = *f.schedule;
  ByteView code{f.bytes + f.output_offset, f.output_size};
  f.output_size = 0;
  output_.clear();
  ZVM_RETURN_UNLESS_SUCCESS(x_.executor->prepare_deployment(f, code, output_, code));
  if (code.size() > static_cast<uint64_t>(schedule[Cost::MaxCodeSize]))
    return Status::CodeTooLarge;
  const auto bytes = static_cast<int64_t>(code.size());
  const int64_t deposit =
      bytes * schedule[Cost::CodeByte] + (bytes + 31) / 32 * schedule[Cost::CodeWord];
  if (f.gas < deposit) {
    return schedule.has(Rule::CreateNeedsDeposit) ? Status::OutOfGas : Status::Success;
  }
  f.gas -= deposit;
  if (!f.state_gas.charge(f.gas, bytes * schedule.state(Cost::CodeByte)))
    return Status::OutOfGas;
  return x_.journal.set_code(*f.account, code);
}

void Driver::close(Frame& f) {
  if (f.run != nullptr)
    x_.executor->close(f);
  codes_.release(f.code);
  x_.workspace.close(f.message.depth);
  --open_;
}

/// Tells a frame what came of its call. A message without a frame has left the reservoir alone.
Status Driver::deliver(Frame& caller, Status status, int64_t gas_left, ByteView output) {
  const bool creates = is_create(caller.next->kind);
  const bool succeeds = status == Status::Success;
  if (creates && succeeds)
    output = {};
  caller.gas += gas_left;
  if (!succeeds)
    caller.state_gas.give_back(caller.gas, caller.next_state_gas);
  caller.returned = status;
  Buffer& data = x_.workspace.return_data(caller.message.depth);
  data.clear();
  if (!data.try_append(output))
    return out_of_memory();
  caller.return_data = data.data();
  caller.return_data_size = data.size();
  if (!creates) {
    const size_t copied = std::min<uint64_t>(caller.output_size, output.size());
    if (copied != 0)
      std::memcpy(caller.bytes + caller.output_offset, output.data(), copied);
  }
  return Status::Success;
}

} // namespace

Status run_message(Execution& execution, const Message& message, MessageResult& result) {
  result.clear();
  Driver driver{execution};
  const Status status = driver.run(message, result);
  return is_host(status) ? status : Status::Success;
}

Status check_stop(const Execution& x) {
  if (x.cancelled.load(std::memory_order_seq_cst))
    return Status::Cancelled;
  return x.deadline != 0 && now_ns() >= x.deadline ? Status::DeadlineExceeded : Status::Success;
}

int64_t next_look(const Execution& x, int64_t gas) {
  return x.deadline == 0 ? 0 : std::max<int64_t>(0, gas - kDeadlineSlice);
}

/// The context is made known before the look at the flag, and its floor before that, so that who
/// sets the flag and then raises the floor of the running context cannot be missed.
void arm(Execution& x, Context& context, int64_t floor) {
  context.floor.store(floor, std::memory_order_relaxed);
  x.running.store(&context, std::memory_order_seq_cst);
  if (x.cancelled.load(std::memory_order_seq_cst))
    context.floor.store(INT64_MAX, std::memory_order_relaxed);
}

int64_t Executor::polled(Frame& frame, Activation*, int64_t gas) {
  return next_look(*frame.execution, gas);
}

Status poll(Context& context, int64_t gas) {
  auto& frame = static_cast<Frame&>(context);
  Execution& x = *frame.execution;
  ZVM_RETURN_UNLESS_SUCCESS(check_stop(x));
  arm(x, context, x.executor->polled(frame, nullptr, gas));
  return Status::Success;
}

void cancel(Execution& x) {
  x.cancelled.store(true, std::memory_order_seq_cst);
  if (Context* context = x.running.load(std::memory_order_seq_cst))
    context->floor.store(INT64_MAX, std::memory_order_seq_cst);
}

} // namespace zvm::runtime
