#include "tests/support/evmc_client.hpp"

#include <dlfcn.h>

namespace zvm::test::evmc {

struct Vm::Instance {
  int abi_version;
  const char* name;
  const char* version;
  void (*destroy)(Instance*);
  Result (*execute)(Instance*, const HostInterface*, void* context, int revision, const Message*,
                    const uint8_t* code, size_t code_size);
  int (*set_option)(Instance*, const char* option, const char* value); ///< may be null
};

namespace {

/// The library exports evmc_create_<name>, where its file is called lib<name>.so or
/// lib<name>.so.1.2.
std::string create_symbol(const std::string& path) {
  std::string name = path.substr(path.find_last_of('/') + 1);
  name = name.substr(0, name.find('.'));
  if (name.starts_with("lib"))
    name = name.substr(3);
  for (char& c : name) {
    if (c == '-')
      c = '_';
  }
  return "evmc_create_" + name;
}

} // namespace

Stored stored(const U256& original, const U256& current, const U256& value) {
  if (current == value)
    return Stored::Assigned;
  if (original == current) {
    if (original.is_zero())
      return Stored::Added;
    return value.is_zero() ? Stored::Deleted : Stored::Modified;
  }
  if (original.is_zero())
    return value.is_zero() ? Stored::AddedDeleted : Stored::Assigned;
  if (current.is_zero())
    return value == original ? Stored::DeletedRestored : Stored::DeletedAdded;
  if (value.is_zero())
    return Stored::ModifiedDeleted;
  return value == original ? Stored::ModifiedRestored : Stored::Assigned;
}

int revision_number(Revision revision) {
  if (revision == Revision::Constantinople)
    return -1;
  const int number = static_cast<int>(revision);
  return revision < Revision::Constantinople ? number : number - 1;
}

std::unique_ptr<Vm> Vm::load(const std::string& path, std::string& error) {
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    error = dlerror();
    return nullptr;
  }
  const std::string symbol = create_symbol(path);
  auto* create = reinterpret_cast<Instance* (*)()>(dlsym(library, symbol.c_str()));
  Instance* instance = create != nullptr ? create() : nullptr;
  if (instance == nullptr) {
    error = path + " has no " + symbol;
  } else if (instance->abi_version != kAbiVersion) {
    error = path + " has EVMC ABI " + std::to_string(instance->abi_version) + ", not " +
            std::to_string(kAbiVersion);
    // How to destroy what another ABI made is not known here.
    instance = nullptr;
  }
  if (instance == nullptr) {
    dlclose(library);
    return nullptr;
  }
  return std::unique_ptr<Vm>(new Vm(library, instance));
}

Vm::~Vm() {
  instance_->destroy(instance_);
  dlclose(library_);
}

std::string Vm::name() const { return std::string{instance_->name} + " " + instance_->version; }

bool Vm::set_option(const char* option, const char* value) {
  return instance_->set_option != nullptr && instance_->set_option(instance_, option, value) == 0;
}

Result Vm::execute(const HostInterface& host, void* context, Revision revision,
                   const Message& message, ByteView code) {
  return instance_->execute(instance_, &host, context, revision_number(revision), &message,
                            code.data(), code.size());
}

} // namespace zvm::test::evmc
