#include "backend/asmjit/gdb_jit.hpp"

#include "backend/asmjit/registers_x64.hpp"
#include "base/alloc.hpp"

#if __has_include(<elf.h>)
#include <elf.h>
#include <pthread.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <mutex>
#include <new>

// What debuggers look for, by these names and with this layout. Weak, as other compilers in the process
// have the same.
extern "C" {
struct jit_code_entry {
  jit_code_entry *next_entry, *prev_entry;
  const uint8_t* symfile_addr;
  uint64_t symfile_size;
};
struct jit_descriptor {
  uint32_t version, action_flag;
  jit_code_entry *relevant_entry, *first_entry;
};
[[gnu::weak, gnu::used, gnu::visibility("default")]] jit_descriptor __jit_debug_descriptor = {
    1, 0, nullptr, nullptr};
/// Has a breakpoint.
[[gnu::weak, gnu::used, gnu::noinline, gnu::visibility("default")]] void
__jit_debug_register_code() {
  __asm__ volatile("" ::: "memory");
}
}

namespace zvm::backend::asmjit {
namespace {

constexpr size_t kMostName = 63;

enum Section : uint16_t { kNull, kText, kFrames, kNames, kSymbols, kSections };
constexpr char kSectionNames[] = "\0.text\0.eh_frame\0.strtab\0.symtab";
constexpr uint32_t kNameOf[kSections] = {0, 1, 7, 17, 25};

/// As DWARF numbers the registers of an x86-64: kScratch, and behind it what entries save.
constexpr uint8_t kFramePointer = 6, kReturnAddress = 16;
constexpr uint8_t kSaved[] = {3, 12, 13, 14, 15};
static_assert(std::size(kSaved) == kSavedByEntry.size() && kScratch.id() == x86::Gp::kIdBp);

/// Whatever code has pushed, the frame pointer is that of the entry: from any place the way leads to
/// who has called that.
struct Frames {
  uint32_t cie_size = offsetof(Frames, fde_size) - sizeof(uint32_t);
  uint32_t cie_id = 0;
  uint8_t version = 1, augmentation = 0, code_factor = 1;
  uint8_t data_factor = 0x78; // -8
  uint8_t return_address = kReturnAddress;
  uint8_t rules[3 + 2 * (2 + std::size(kSaved))] = {}; // the rest of it says nothing
  uint8_t padding[2] = {};
  uint32_t fde_size = offsetof(Frames, end) - offsetof(Frames, cie);
  uint32_t cie = offsetof(Frames, cie);
  uint64_t begin = 0, size = 0;
  uint32_t end = 0;

  void set_rules() {
    uint8_t* at = rules;
    constexpr uint8_t kDefineCfa = 0x0c, kOffset = 0x80;
    for (const uint8_t byte : {kDefineCfa, kFramePointer, uint8_t{16}})
      *at++ = byte;
    uint8_t words = 1; // below the frame of who has called the entry
    const auto saved = [&](uint8_t reg) {
      *at++ = kOffset | reg;
      *at++ = words++;
    };
    saved(kReturnAddress);
    saved(kFramePointer);
    for (const uint8_t reg : kSaved)
      saved(reg);
  }
};
static_assert(offsetof(Frames, fde_size) % 8 == 0 && offsetof(Frames, end) == 56);

struct Object {
  Elf64_Ehdr header{};
  Elf64_Shdr sections[kSections]{};
  Frames frames{};
  Elf64_Sym symbols[2]{};
  char section_names[sizeof kSectionNames]{};
  char name[kMostName + 1]{};
};

/// Names of sections and of the symbol stand side by side.
void write(Object& o, const void* begin, size_t size, std::string_view name) {
  const auto address = reinterpret_cast<uint64_t>(begin);
  std::memcpy(o.header.e_ident, ELFMAG, SELFMAG);
  o.header.e_ident[EI_CLASS] = ELFCLASS64;
  o.header.e_ident[EI_DATA] = ELFDATA2LSB;
  o.header.e_ident[EI_VERSION] = EV_CURRENT;
  o.header.e_type = ET_REL;
  o.header.e_machine = EM_X86_64;
  o.header.e_version = EV_CURRENT;
  o.header.e_shoff = offsetof(Object, sections);
  o.header.e_ehsize = sizeof(Elf64_Ehdr);
  o.header.e_shentsize = sizeof(Elf64_Shdr);
  o.header.e_shnum = kSections;
  o.header.e_shstrndx = kNames;
  for (unsigned i = 0; i < kSections; ++i)
    o.sections[i].sh_name = kNameOf[i];
  const auto place = [&o](Section s, uint32_t type, size_t offset, size_t bytes) {
    o.sections[s].sh_type = type;
    o.sections[s].sh_offset = offset;
    o.sections[s].sh_size = bytes;
    o.sections[s].sh_addralign = 8;
  };
  place(kText, SHT_NOBITS, 0, size);
  o.sections[kText].sh_flags = SHF_ALLOC | SHF_EXECINSTR;
  o.sections[kText].sh_addr = address;
  place(kFrames, SHT_PROGBITS, offsetof(Object, frames), sizeof o.frames);
  o.sections[kFrames].sh_flags = SHF_ALLOC;
  place(kNames, SHT_STRTAB, offsetof(Object, section_names),
        sizeof o.section_names + sizeof o.name);
  place(kSymbols, SHT_SYMTAB, offsetof(Object, symbols), sizeof o.symbols);
  o.sections[kSymbols].sh_link = kNames;
  o.sections[kSymbols].sh_info = 1; // the first that is global
  o.sections[kSymbols].sh_entsize = sizeof(Elf64_Sym);
  o.frames.set_rules();
  o.frames.begin = address;
  o.frames.size = size;
  o.symbols[1].st_name = sizeof o.section_names;
  o.symbols[1].st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC);
  o.symbols[1].st_shndx = kText;
  o.symbols[1].st_size = size;
  std::memcpy(o.section_names, kSectionNames, sizeof kSectionNames);
  std::memcpy(o.name, name.data(), std::min(name.size(), kMostName));
}

/// Of the list. Nobody holds it behind a fork.
std::mutex& list_mutex() {
  static std::mutex mutex;
  static constexpr auto kLock = [] { list_mutex().lock(); };
  static constexpr auto kUnlock = [] { list_mutex().unlock(); };
  static const int kForks = pthread_atfork(kLock, kUnlock, kUnlock);
  (void)kForks;
  return mutex;
}

enum Action : uint32_t { kRegister = 1, kUnregister = 2 };
void tell(jit_code_entry& entry, Action action) {
  __jit_debug_descriptor.relevant_entry = &entry;
  __jit_debug_descriptor.action_flag = action;
  __jit_debug_register_code();
  __jit_debug_descriptor.action_flag = 0;
  __jit_debug_descriptor.relevant_entry = nullptr;
}

} // namespace

struct GdbEntry::Entry {
  Object object;
  jit_code_entry list{};
};

GdbEntry::~GdbEntry() {
  if (entry_ == nullptr)
    return;
  {
    const std::lock_guard lock{list_mutex()};
    jit_code_entry& e = entry_->list;
    (e.prev_entry == nullptr ? __jit_debug_descriptor.first_entry : e.prev_entry->next_entry) =
        e.next_entry;
    if (e.next_entry != nullptr)
      e.next_entry->prev_entry = e.prev_entry;
    tell(e, kUnregister);
  }
  delete entry_;
}

void GdbEntry::add(const void* begin, size_t size, std::string_view name) {
  if (entry_ != nullptr || !allocation_allowed(sizeof(Entry)))
    return;
  entry_ = new (std::nothrow) Entry;
  if (entry_ == nullptr)
    return;
  write(entry_->object, begin, size, name);
  jit_code_entry& e = entry_->list;
  e.symfile_addr = reinterpret_cast<const uint8_t*>(&entry_->object);
  e.symfile_size = sizeof entry_->object;
  const std::lock_guard lock{list_mutex()};
  e.next_entry = __jit_debug_descriptor.first_entry;
  if (e.next_entry != nullptr)
    e.next_entry->prev_entry = &e;
  __jit_debug_descriptor.first_entry = &e;
  tell(e, kRegister);
}

std::span<const uint8_t> GdbEntry::object() const {
  if (entry_ == nullptr)
    return {};
  return {reinterpret_cast<const uint8_t*>(&entry_->object), sizeof entry_->object};
}

} // namespace zvm::backend::asmjit

#else

namespace zvm::backend::asmjit {

GdbEntry::~GdbEntry() = default;
void GdbEntry::add(const void*, size_t, std::string_view) {}
std::span<const uint8_t> GdbEntry::object() const { return {}; }

} // namespace zvm::backend::asmjit

#endif
