// Every class that embedders may derive from, derived from; with RTTI, what that is good for. And
// no header of zvm is found by a name without zvm/ in front, which might be the name of one of the
// user's.
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>
#include <zvm/zvm.hpp>

#if __has_include("base/hex.hpp") || __has_include("engine/engine.hpp") ||                         \
                                                   __has_include("gas/schedule.hpp")
#error "headers of zvm are found by bare names"
#endif

namespace {

class Store : public zvm::MemoryStore {
 public:
  zvm::ReadStatus read_account(const zvm::Address& address, zvm::AccountRecord& record,
                               bool& exists) override {
    ++reads;
    return MemoryStore::read_account(address, record, exists);
  }
  int reads = 0;
};

/// Both ways: a store of the user's that is one of zvm's and something else.
class Named {
 public:
  virtual ~Named() = default;
  [[nodiscard]] virtual std::string name() const = 0;
};
class NamedStore final : public Store, public Named {
 public:
  [[nodiscard]] std::string name() const override { return "mine"; }
};

class Visitor final : public zvm::StateVisitor {
 public:
  bool begin_account(const zvm::Address&, const zvm::AccountRecord&) override {
    ++accounts;
    return true;
  }
  bool slot(const zvm::U256&, const zvm::U256&) override { return true; }
  bool kv(zvm::ByteView, zvm::ByteView) override { return true; }
  bool end_account() override { return true; }
  int accounts = 0;
};

class Recorder final : public zvm::StateRecorder {
 public:
  void on_account_read(const zvm::Address&) override { ++seen; }
  void on_account_write(const zvm::Address&) override {}
  void on_slot_read(const zvm::Address&, const zvm::U256&, const zvm::U256&) override {}
  void on_slot_write(const zvm::Address&, const zvm::U256&, const zvm::U256&) override {}
  void on_kv_read(const zvm::Address&, zvm::ByteView, bool, zvm::ByteView) override {}
  void on_kv_write(const zvm::Address&, zvm::ByteView, bool, zvm::ByteView) override {}
  int seen = 0;
};

class Steps final : public zvm::Tracer {
 public:
  void step(const zvm::Frame&, int64_t) override { ++seen; }
  void enter(const zvm::Message&) override {}
  void exit(const zvm::Message&, const zvm::MessageEnd&) override {}
  int seen = 0;
};

class Words final : public zvm::HostExtension {
 public:
  zvm::Status run(zvm::Frame&, uint32_t, std::span<const zvm::U256>, zvm::U256&) override {
    return zvm::Status::InvalidOpcode;
  }
};

class Payloads final : public zvm::PayloadExtension {
 protected:
  zvm::Status perform(zvm::Frame&, uint8_t, zvm::ByteView, zvm::U256& result) override {
    result = 7;
    return zvm::Status::Success;
  }
};

bool runs(zvm::HostExtension& extension) {
  const auto engine = zvm::Engine::create();
  if (!engine)
    return false;
  const auto machine = zvm::Machine::create(*engine);
  const zvm::Address contract = zvm::to_address(0xc0de);
  NamedStore store;
  Steps steps;
  Recorder recorder;
  machine->set_tracer(&steps);
  machine->set_recorder(&recorder);
  machine->set_extension(&extension);
  const std::vector<uint8_t> code{0x5f, 0x5f, 0xf3};
  if (!store.put_account(contract, {}, code))
    return false;
  zvm::OverlayStore overlay{&store};
  zvm::TransactionResult result;
  Visitor visitor;
  zvm::StateRoot roots;
  zvm::Bytes32 root;
  return machine->call(overlay, {.sender = {}, .to = contract}, result) == zvm::Status::Success &&
         result.status == zvm::Status::Success && steps.seen == 3 && recorder.seen > 0 &&
         store.reads > 0 && store.visit(visitor) == zvm::ReadStatus::Ok && visitor.accounts == 1 &&
         roots.compute(store, root) == zvm::ReadStatus::Ok;
}

#if defined(__GXX_RTTI) || defined(__cpp_rtti)
template <typename Base, typename Derived>
bool casts(Base& object) {
  return typeid(object) == typeid(Derived) && dynamic_cast<Derived*>(&object) != nullptr;
}

bool has_rtti() {
  NamedStore named;
  zvm::StateStore& store = named;
  zvm::MemoryStore plain;
  zvm::OverlayStore overlay{&plain};
  zvm::StateStore& layer = overlay;
  Steps steps;
  Recorder recorder;
  Visitor visitor;
  Words words;
  Payloads payloads;
  zvm::HostExtension& extension = payloads;
  zvm::StateRoot roots;
  const std::shared_ptr<zvm::StateStore> shared = std::make_shared<NamedStore>();
  return casts<zvm::StateStore, NamedStore>(store) &&
         dynamic_cast<zvm::MemoryStore*>(&store) != nullptr &&
         dynamic_cast<Named*>(&store) != nullptr && dynamic_cast<Named*>(&layer) == nullptr &&
         casts<zvm::StateStore, zvm::OverlayStore>(layer) &&
         casts<zvm::StateStore, zvm::MemoryStore>(plain) &&
         std::dynamic_pointer_cast<NamedStore>(shared) != nullptr &&
         casts<zvm::Tracer, Steps>(steps) && casts<zvm::StateRecorder, Recorder>(recorder) &&
         casts<zvm::StateVisitor, Visitor>(visitor) &&
         casts<zvm::StateVisitor, zvm::StateRoot>(roots) &&
         casts<zvm::HostExtension, Words>(words) &&
         dynamic_cast<zvm::PayloadExtension*>(&extension) != nullptr;
}
#else
bool has_rtti() { return true; }
#endif

} // namespace

int main() {
  Words words;
  Payloads payloads;
  const bool right = runs(words) && runs(payloads) && has_rtti();
  std::cout << (right ? "right\n" : "WRONG\n");
  return right ? 0 : 1;
}
