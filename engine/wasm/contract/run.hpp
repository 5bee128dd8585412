// One message in a WASM contract: its instance, and how it is entered, left for other messages, and
// ended.
#pragma once

#include "engine/wasm/contract/contract.hpp"
#include "engine/wasm/store.hpp"

namespace zvm::engine::wasm {

/// Runs the frame, whose code is a WASM contract, until its message is done or calls, and has it poll
/// first at the gas `look`. Frame::run is its ContractRun.
[[nodiscard]] runtime::Exit run_contract(Contract& contract, runtime::Frame& frame, int64_t look);
/// Gives back what the frame's message took.
void close_contract(Contract& contract, runtime::Frame& frame);

class ContractRun {
 public:
  /// Refuses InvalidModule where a segment does not fit its memory or table, or OutOfMemory.
  [[nodiscard]] static Result<std::unique_ptr<ContractRun>> make(Contract& contract);
  /// What code calls for a row of the ABI, in whichever instance; both live as long as the
  /// contract.
  [[nodiscard]] static runtime::Function host_function(const HostRow& row,
                                                       const runtime::Signature& type);
  ~ContractRun();
  ContractRun(const ContractRun&) = delete;
  ContractRun& operator=(const ContractRun&) = delete;

  /// As it was made. False where that was not possible: then it is of no more use.
  [[nodiscard]] bool reset();

  [[nodiscard]] uint64_t memory_size() const; ///< bytes

  ContractRun* next_idle = nullptr;

 private:
  friend runtime::Exit run_contract(Contract& contract, runtime::Frame& frame, int64_t look);

  explicit ContractRun(Contract& contract);
  [[nodiscard]] Result<void> link();
  [[nodiscard]] bool remember();
  void give_stack_back();
  [[nodiscard]] Status begin(runtime::Frame& frame, int64_t look);
  [[nodiscard]] Status go_on(runtime::Frame& frame, int64_t look);
  runtime::Exit settle(runtime::Frame& frame, Status status);
  void end(runtime::Frame& frame, Status status);
  void give_output(runtime::Frame& frame, ByteView output);

  // The counter of the code is in sub-units, the frame's gas in gas.
  void to_counter(const runtime::Frame& frame);
  void to_frame(runtime::Frame& frame);
  void arm(const runtime::Frame& frame, int64_t look);

  static Status call_host(runtime::Activation& activation, void* row, uint64_t* slots);
  static Status poll(runtime::Context& activation, int64_t gas);

  Contract& contract_;
  Store store_;
  Instance* instance_ = nullptr;
  runtime::Activation* activation_ = nullptr; ///< the workspace's
  uint64_t* stack_ = nullptr;                 ///< of it
  int64_t reserve_ = 0;                       ///< gas beyond what the counter can hold
  int64_t remainder_ = 0;                     ///< sub-units of a gas that has been begun
  int64_t look_ = 0;                          ///< the gas to poll at
  uint64_t result_ = 0;
  Leaving leaving_ = Leaving::No;
  uint64_t created_at_ = 0;
  Buffer output_;
  // What reset restores.
  Vec<uint64_t> globals_;
  Vec<runtime::Reference> items_; ///< of the tables, one behind the other
  Vec<uint64_t> table_sizes_;
  Vec<ByteView> data_;
  Vec<runtime::References> elements_;
  struct Piece {
    uint64_t at;
    ByteView bytes;
  };
  Vec<Piece> pieces_; ///< of memory
  uint64_t pages_ = 0;
};

} // namespace zvm::engine::wasm
