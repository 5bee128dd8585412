#include "frontend/wasm/decode.hpp"

#include "frontend/wasm/instruction.hpp"
#include "frontend/wasm/magic.hpp"

namespace zvm::frontend::wasm {
namespace {

constexpr uint32_t kVersion = 1;

class Decoder {
 public:
  Decoder(ByteView bytes, const Profile& profile)
      : reader_(bytes), profile_(profile), features_(profile.features), limits_(profile.limits) {
    module_.bytes = bytes;
  }

  Result<Module> decode() {
    read_header();
    while (reader_.ok() && !reader_.at_end())
      read_section();
    check_counts();
    if (!reader_.ok())
      return std::unexpected{reader_.take_error()};
    return std::move(module_);
  }

 private:
  using ReadContents = void (Decoder::*)();
  struct Section {
    const char* name;
    uint8_t rank; ///< sections come in this order; 0: anywhere
    ReadContents read;
  };

  void read_header() {
    check_limit(reader_, module_.bytes.size(), limits_.module_size, 0, "bytes of the module",
                "strip names and debug information (clang -Wl,--strip-all, rustc -C strip=symbols, "
                "zig -fstrip)");
    if (reader_.left() < 4)
      return reader_.refuse_malformed(reader_.left(), "unexpected end");
    if (reader_.fixed(4) != kMagic)
      return reader_.refuse_malformed(0, "magic header not detected");
    if (reader_.left() < 4)
      return reader_.refuse_malformed(module_.bytes.size(), "unexpected end");
    if (reader_.fixed(4) != kVersion)
      return reader_.refuse_malformed(4, "unknown binary version");
  }

  void read_section() {
    // By the id.
    static constexpr Section kSections[] = {
        {"custom", 0, &Decoder::read_custom},
        {"type", 1, &Decoder::read_types},
        {"import", 2, &Decoder::read_imports},
        {"function", 3, &Decoder::read_functions},
        {"table", 4, &Decoder::read_tables},
        {"memory", 5, &Decoder::read_memories},
        {"global", 7, &Decoder::read_globals},
        {"export", 8, &Decoder::read_exports},
        {"start", 9, &Decoder::read_start},
        {"element", 10, &Decoder::read_elements},
        {"code", 12, &Decoder::read_code},
        {"data", 13, &Decoder::read_data},
        {"data count", 11, &Decoder::read_data_count},
        {"tag", 6, &Decoder::refuse_tags},
    };
    const size_t offset = reader_.offset();
    const uint8_t id = reader_.byte();
    if (id >= std::size(kSections))
      return reader_.refuse_malformed(offset, "malformed section id " + std::to_string(id));
    const Section& section = kSections[id];
    const uint32_t size = reader_.u32();
    const size_t end = reader_.narrow(size);
    if (!reader_.ok())
      return;
    if (section.rank != 0) {
      if (section.rank <= last_rank_)
        return reader_.refuse_malformed(
            offset, "unexpected content after last section: the section " +
                        std::string{section.name} + " is out of order or stands twice");
      last_rank_ = section.rank;
    }
    (this->*section.read)();
    if (reader_.ok() && !reader_.at_end())
      reader_.refuse_malformed(reader_.offset(), "section size mismatch");
    reader_.restore_end(end);
  }

  /// Begins a vector: `count` things. Each takes a byte at least, so there are no more than bytes
  /// are left.
  uint32_t read_count(uint64_t limit, std::string_view what, uint64_t before = 0) {
    const size_t offset = reader_.offset();
    const uint32_t count = reader_.u32();
    check_limit(reader_, before + count, limit, offset, what);
    if (count > reader_.left())
      reader_.refuse_malformed(offset, "unexpected end of section or function");
    return reader_.ok() ? count : 0;
  }

  void keep(bool fitted) {
    if (!fitted)
      reader_.refuse(ErrorCode::OutOfMemory, reader_.offset(), "no memory for the module");
  }

  [[nodiscard]] uint32_t here() const { return static_cast<uint32_t>(reader_.offset()); }

  void read_types() {
    for (uint32_t left = read_count(limits_.types, "types"); left > 0 && reader_.ok(); --left) {
      const size_t offset = reader_.offset();
      const uint8_t form = reader_.byte();
      if (form == 0x5e || form == 0x5f || form == 0x4e || form == 0x4f || form == 0x50)
        return require(reader_, {}, Feature::Gc, offset);
      if (form == 0x5d)
        return require(reader_, {}, Feature::StackSwitching, offset);
      if (form == 0x4c || form == 0x4d)
        return require(reader_, {}, Feature::CustomDescriptors, offset);
      if (reader_.ok() && form != 0x60)
        return reader_.refuse_malformed(offset, "malformed function type");
      FunctionType type;
      type.first = static_cast<uint32_t>(module_.value_types.size());
      type.parameters = read_value_types(limits_.parameters, "parameters");
      const size_t results_at = reader_.offset();
      type.results = read_value_types(limits_.results, "results");
      if (type.results > 1)
        require(reader_, features_, Feature::MultiValue, results_at);
      keep(module_.types.try_push(type));
    }
  }

  uint32_t read_value_types(uint64_t limit, std::string_view what) {
    const uint32_t count = read_count(limit, what);
    for (uint32_t left = count; left > 0 && reader_.ok(); --left)
      keep(module_.value_types.try_push(read_value_type(reader_, features_)));
    return count;
  }

  void read_imports() {
    for (uint32_t left = read_count(limits_.imports, "imports"); left > 0 && reader_.ok(); --left) {
      Import import;
      import.offset = here();
      import.module = reader_.name();
      import.name = reader_.name();
      import.kind = read_kind("malformed import kind");
      switch (import.kind) {
      case ExternKind::Function:
        import.index = static_cast<uint32_t>(module_.functions.size());
        keep(module_.functions.try_push({reader_.u32(), import.offset}));
        break;
      case ExternKind::Table:
        import.index = static_cast<uint32_t>(module_.tables.size());
        keep(module_.tables.try_push(read_table()));
        break;
      case ExternKind::Memory:
        import.index = static_cast<uint32_t>(module_.memories.size());
        keep(module_.memories.try_push(read_memory()));
        break;
      case ExternKind::Global:
        import.index = static_cast<uint32_t>(module_.globals.size());
        keep(module_.globals.try_push(read_global_type()));
        break;
      }
      keep(module_.imports.try_push(import));
    }
    module_.imported_functions = static_cast<uint32_t>(module_.functions.size());
    module_.imported_tables = static_cast<uint32_t>(module_.tables.size());
    module_.imported_memories = static_cast<uint32_t>(module_.memories.size());
    module_.imported_globals = static_cast<uint32_t>(module_.globals.size());
  }

  ExternKind read_kind(const char* malformed) {
    constexpr uint8_t kTag = 4, kExactFunction = 0x20;
    const size_t offset = reader_.offset();
    const uint8_t kind = reader_.byte();
    if (kind < std::size(kExternNames))
      return static_cast<ExternKind>(kind);
    if (kind == kTag)
      require(reader_, {}, Feature::Exceptions, offset);
    if (kind == kExactFunction)
      require(reader_, {}, Feature::CustomDescriptors, offset);
    reader_.refuse_malformed(offset, malformed);
    return ExternKind::Function;
  }

  void read_functions() {
    functions_at_ = reader_.offset();
    for (uint32_t left = read_count(limits_.functions, "functions", module_.functions.size());
         left > 0 && reader_.ok(); --left) {
      const uint32_t offset = here();
      keep(module_.functions.try_push({reader_.u32(), offset}));
    }
  }

  void read_tables() {
    for (uint32_t left = read_count(limits_.tables, "tables", module_.tables.size());
         left > 0 && reader_.ok(); --left) {
      if (reader_.peek() == 0x40) // with an initial value for its items
        return require(reader_, {}, Feature::FunctionReferences, reader_.offset());
      keep(module_.tables.try_push(read_table()));
    }
  }
  Table read_table() {
    Table table;
    table.offset = here();
    table.item = read_reference_type(reader_, features_);
    table.limits = read_size_limits();
    return table;
  }

  void read_memories() {
    for (uint32_t left = read_count(limits_.memories, "memories", module_.memories.size());
         left > 0 && reader_.ok(); --left)
      keep(module_.memories.try_push(read_memory()));
  }
  Memory read_memory() {
    const uint32_t offset = here();
    return {read_size_limits(), offset};
  }

  SizeLimits read_size_limits() {
    constexpr uint8_t kHasMax = 1, kShared = 2, k64 = 4, kPageSize = 8;
    const size_t offset = reader_.offset();
    const uint8_t flags = reader_.byte();
    if ((flags & ~(kHasMax | kShared | k64 | kPageSize)) != 0)
      reader_.refuse_malformed(offset, "malformed limits flags");
    if ((flags & kPageSize) != 0)
      require(reader_, {}, Feature::CustomPageSizes, offset);
    if ((flags & kShared) != 0)
      require(reader_, {}, Feature::Threads, offset);
    if ((flags & k64) != 0)
      require(reader_, features_, Feature::Memory64, offset);
    SizeLimits limits;
    limits.has_max = (flags & kHasMax) != 0;
    limits.is_64 = (flags & k64) != 0;
    // With 64-bit memories all sizes are written alike; what is too much for 32 bits is
    // validation's matter.
    const bool is_wide = features_.has(Feature::Memory64);
    limits.min = is_wide ? reader_.u64() : reader_.u32();
    if (limits.has_max)
      limits.max = is_wide ? reader_.u64() : reader_.u32();
    return limits;
  }

  void read_globals() {
    for (uint32_t left = read_count(limits_.globals, "globals", module_.globals.size());
         left > 0 && reader_.ok(); --left) {
      Global global = read_global_type();
      global.initial = skip_expression();
      keep(module_.globals.try_push(global));
    }
  }
  Global read_global_type() {
    Global global;
    global.offset = here();
    global.type = read_value_type(reader_, features_);
    const size_t offset = reader_.offset();
    const uint8_t mutability = reader_.byte();
    if (mutability > 1)
      reader_.refuse_malformed(offset, "malformed mutability");
    global.is_mutable = mutability == 1;
    return global;
  }

  /// A constant expression up to its end. Instructions in blocks are no constants, so the first end
  /// is the one; where blocks do stand there, what follows is refused one way or another.
  Range skip_expression() {
    const uint32_t begin = here();
    Instruction instruction;
    while (read_instruction(reader_, profile_, instruction)) {
      if (instruction.op == Op::End)
        return {begin, here() - begin};
      if (info(instruction.op).immediates == Immediates::Block)
        reader_.refuse(ErrorCode::InvalidModule, instruction.offset,
                       "constant expression required");
    }
    return {};
  }

  void read_exports() {
    for (uint32_t left = read_count(limits_.exports, "exports"); left > 0 && reader_.ok(); --left) {
      Export entry;
      entry.offset = here();
      entry.name = reader_.name();
      entry.kind = read_kind("malformed export kind");
      entry.index = reader_.u32();
      keep(module_.exports.try_push(entry));
    }
  }

  void read_start() {
    const uint32_t offset = here();
    module_.start = Start{reader_.u32(), offset};
  }

  void read_elements() {
    constexpr uint32_t kNotActive = 1, kHasTable = 2, kExpressions = 4;
    for (uint32_t left = read_count(limits_.element_segments, "element segments");
         left > 0 && reader_.ok(); --left) {
      ElementSegment segment;
      segment.offset = here();
      const uint32_t flags = reader_.u32();
      if (flags > 7)
        return reader_.refuse_malformed(segment.offset, "malformed elements segment kind");
      if (flags != 0)
        require(reader_, features_, Feature::BulkMemory, segment.offset);
      segment.has_expressions = (flags & kExpressions) != 0;
      if ((flags & kNotActive) == 0) {
        segment.mode = SegmentMode::Active;
        if ((flags & kHasTable) != 0)
          segment.table = reader_.u32();
        segment.destination = skip_expression();
      } else {
        segment.mode = (flags & kHasTable) != 0 ? SegmentMode::Declared : SegmentMode::Passive;
      }
      if ((flags & (kNotActive | kHasTable)) != 0)
        segment.type =
            segment.has_expressions ? read_reference_type(reader_, features_) : read_element_kind();
      segment.count = read_count(limits_.element_items, "items of an element segment");
      segment.first =
          static_cast<uint32_t>(segment.has_expressions ? module_.item_expressions.size()
                                                        : module_.item_functions.size());
      for (uint32_t item = segment.count; item > 0 && reader_.ok(); --item) {
        if (segment.has_expressions)
          keep(module_.item_expressions.try_push(skip_expression()));
        else
          keep(module_.item_functions.try_push(reader_.u32()));
      }
      keep(module_.elements.try_push(segment));
    }
  }
  ValType read_element_kind() {
    const size_t offset = reader_.offset();
    if (reader_.byte() != 0)
      reader_.refuse_malformed(offset, "malformed element kind");
    return ValType::FuncRef;
  }

  void read_data_count() {
    require(reader_, features_, Feature::BulkMemory, reader_.offset());
    module_.data_count = reader_.u32();
  }

  void read_code() {
    code_at_ = reader_.offset();
    for (uint32_t left = read_count(limits_.functions, "functions"); left > 0 && reader_.ok();
         --left) {
      const size_t offset = reader_.offset();
      const uint32_t size = reader_.u32();
      check_limit(reader_, size, limits_.body_size, offset, "bytes of a function body");
      const uint32_t begin = here();
      (void)reader_.bytes(size);
      keep(module_.bodies.try_push({begin, size}));
    }
  }

  void read_data() {
    constexpr uint32_t kPassive = 1, kHasMemory = 2;
    data_at_ = reader_.offset();
    for (uint32_t left = read_count(limits_.data_segments, "data segments");
         left > 0 && reader_.ok(); --left) {
      DataSegment segment;
      segment.offset = here();
      const uint32_t flags = reader_.u32();
      if (flags > 2)
        return reader_.refuse_malformed(segment.offset, "malformed data segment kind");
      if (flags != 0)
        require(reader_, features_, Feature::BulkMemory, segment.offset);
      if (flags != kPassive) {
        segment.mode = SegmentMode::Active;
        if (flags == kHasMemory)
          segment.memory = reader_.u32();
        segment.destination = skip_expression();
      }
      const uint32_t size = reader_.u32();
      segment.bytes = reader_.bytes(size);
      keep(module_.data.try_push(segment));
    }
  }

  void refuse_tags() { require(reader_, {}, Feature::Exceptions, reader_.offset()); }

  void read_custom() {
    CustomSection section;
    section.name = reader_.name();
    const size_t begin = reader_.offset();
    section.bytes = reader_.bytes(reader_.left());
    if (!reader_.ok())
      return;
    keep(module_.custom.try_push(section));
    if (section.name == "name")
      read_names(Reader{module_.bytes, begin, begin + section.bytes.size()});
  }

  /// A name section that is wrong says nothing; the module is none the worse (appendix, custom
  /// sections).
  void read_names(Reader reader) {
    Names names;
    while (reader.ok() && !reader.at_end()) {
      const uint8_t id = reader.byte();
      const uint32_t size = reader.u32();
      const size_t end = reader.narrow(size);
      switch (id) {
      case 0:
        names.module = reader.name();
        break;
      case 1:
        for (uint32_t left = reader.u32(); left > 0 && reader.ok(); --left) {
          const uint32_t index = reader.u32();
          const bool ascends = names.functions.empty() || names.functions.back().index < index;
          keep(names.functions.try_push({index, reader.name()}));
          if (!ascends)
            return;
        }
        break;
      case 2:
        for (uint32_t functions = reader.u32(); functions > 0 && reader.ok(); --functions) {
          const uint32_t function = reader.u32();
          for (uint32_t left = reader.u32(); left > 0 && reader.ok(); --left) {
            const uint32_t local = reader.u32();
            const bool ascends =
                names.locals.empty() || names.locals.back().function < function ||
                (names.locals.back().function == function && names.locals.back().local < local);
            keep(names.locals.try_push({function, local, reader.name()}));
            if (!ascends)
              return;
          }
        }
        break;
      default: // of extensions
        (void)reader.bytes(reader.left());
      }
      if (!reader.at_end())
        return;
      reader.restore_end(end);
    }
    if (reader.ok())
      module_.names = std::move(names);
  }

  void check_counts() {
    if (!reader_.ok())
      return;
    const size_t own_functions = module_.functions.size() - module_.imported_functions;
    if (own_functions != module_.bodies.size())
      return reader_.refuse_malformed(code_at_ != 0 ? code_at_ : functions_at_,
                                      "function and code section have inconsistent lengths");
    if (module_.data_count && *module_.data_count != module_.data.size())
      return reader_.refuse_malformed(data_at_ != 0 ? data_at_ : module_.bytes.size(),
                                      "data count and data section have inconsistent lengths");
  }

  Reader reader_;
  const Profile& profile_;
  const Features features_;
  const Limits& limits_;
  Module module_;
  uint8_t last_rank_ = 0;
  size_t functions_at_ = 0, code_at_ = 0, data_at_ = 0; ///< 0: no such section
};

} // namespace

Result<Module> decode(ByteView bytes, const Profile& profile) {
  return Decoder{bytes, profile}.decode();
}

} // namespace zvm::frontend::wasm
