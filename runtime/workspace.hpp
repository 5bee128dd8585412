// Workspace: the memory one thread executes in. Guest memory, operand stacks and frames of all depths,
// kept from one execution to the next.
//
// Until something runs there is nothing, and then address space alone: pages come as frames are opened and memory grows,
// so what a machine takes is what its deepest execution has used.
//
// Guest memory is one reserved range: a frame's memory begins where its caller's ends and never moves,
// since a caller cannot grow while its callee runs. Above the end of the running frame it is all zero.
#pragma once

#include <cstdint>

#include "base/status.hpp"
#include "base/vec.hpp"
#include "runtime/frame.hpp"

namespace zvm::runtime {

struct Activation;

class Workspace {
 public:
  Workspace() = default;
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;
  ~Workspace();

  /// Reserves address space. `memory_limit`: bytes of guest memory of all frames together; they are reserved at once.
  /// HostError where that cannot be had.
  [[nodiscard]] Status prepare(uint64_t memory_limit);

  /// Of a depth that has been opened, as is the following.
  [[nodiscard]] Frame& frame(uint32_t depth) { return levels_[depth].frame; }
  /// Return data that the frame at this depth has got from its callees.
  [[nodiscard]] Buffer& return_data(uint32_t depth) { return levels_[depth].return_data; }
  /// Where functions of modules run for the frame at this depth, at the same place as long as this.
  [[nodiscard]] Status activation(uint32_t depth, Activation*& activation);
  /// Output of a message that needed no frame.
  [[nodiscard]] Buffer& output() { return output_; }

  /// Gives the frame at `depth` its operand stack and its memory, empty, behind its caller's.
  Frame& open(uint32_t depth);
  /// Clears what the frame used.
  void close(uint32_t depth);
  [[nodiscard]] Status grow(Frame& frame, uint64_t size);

 private:
  struct Level {
    Frame frame;
    Buffer return_data;
  };

  uint8_t* memory_ = nullptr;
  uint64_t reserved_ = 0;     ///< bytes of address space
  uint64_t committed_ = 0;    ///< bytes from the beginning that can be used
  uint8_t* stacks_ = nullptr; ///< as mapped
  uint64_t stacks_size_ = 0;
  U256* first_stack_ = nullptr;
  Level* levels_ = nullptr;
  uint32_t made_ = 0; ///< levels that exist
  Activation* activations_ = nullptr;
  uint32_t activations_made_ = 0;
  Buffer output_;
};

} // namespace zvm::runtime
