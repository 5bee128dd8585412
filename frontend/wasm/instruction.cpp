#include "frontend/wasm/instruction.hpp"

namespace zvm::frontend::wasm {
namespace {

/// Types that other features brought, by their codes (WebAssembly 3.0, binary format, types).
struct ForeignType {
  uint8_t first;
  uint8_t last;
  Feature feature;
};
constexpr ForeignType kForeignTypes[] = {
    {0x69, 0x69, Feature::Exceptions}, // exnref
    {0x6a, 0x6e, Feature::Gc},         // arrayref to anyref
    {0x71, 0x73, Feature::Gc},         // nullref, nullexternref, nullfuncref
    {0x74, 0x74, Feature::Exceptions}, // nullexnref
    {0x68, 0x68, Feature::StackSwitching},
    {0x75, 0x75, Feature::StackSwitching},
    {0x63, 0x64, Feature::FunctionReferences},
    {0x62, 0x62, Feature::CustomDescriptors},
};

[[gnu::cold]] void refuse_type(Reader& reader, uint8_t code, size_t offset, const char* text) {
  for (const ForeignType& foreign : kForeignTypes) {
    if (foreign.first <= code && code <= foreign.last)
      return require(reader, {}, foreign.feature, offset);
  }
  reader.refuse_malformed(offset, text);
}

Feature feature_of(ValType type) {
  switch (type) {
  case ValType::F32:
  case ValType::F64:
    return Feature::Floats;
  case ValType::V128:
    return Feature::Simd;
  case ValType::FuncRef:
  case ValType::ExternRef:
    return Feature::ReferenceTypes;
  default:
    return Feature::Core;
  }
}

BlockType read_block_type(Reader& reader, Features features) {
  const uint8_t first = reader.peek();
  if (first == 0x40) {
    (void)reader.byte();
    return {};
  }
  // A single byte with the sign bit set is a value type; else an index of 33 bits follows.
  if ((first & 0xc0) == 0x40)
    return {BlockType::Kind::Value, read_value_type(reader, features), 0};
  const size_t offset = reader.offset();
  const int64_t index = reader.s33();
  if (index < 0)
    reader.refuse_malformed(offset, "malformed block type");
  require(reader, features, Feature::MultiValue, offset);
  return {BlockType::Kind::Function, ValType::Unknown, static_cast<uint32_t>(index)};
}

/// Before several memories, where a memory's index stands there was a zero byte.
uint32_t read_memory_index(Reader& reader, Features features) {
  if (features.has(Feature::MultiMemory))
    return reader.u32();
  const size_t offset = reader.offset();
  if (reader.byte() != 0)
    reader.refuse_malformed(offset, "zero byte expected");
  return 0;
}

void read_memory_access(Reader& reader, Features features, Instruction& out) {
  constexpr uint32_t kHasIndex = 1 << 6;
  const size_t offset = reader.offset();
  out.align = reader.u32();
  out.index = 0;
  if ((out.align & kHasIndex) != 0 && features.has(Feature::MultiMemory)) {
    out.align &= ~kHasIndex;
    out.index = reader.u32();
  }
  // Below the bit for the index the exponent may be any; before there was one it had five bits.
  if (out.align >= (features.has(Feature::MultiMemory) ? kHasIndex : 32u))
    reader.refuse_malformed(offset, "malformed memop flags");
  out.value = features.has(Feature::Memory64) ? reader.u64() : reader.u32();
}

void read_labels(Reader& reader, const Profile& profile, Instruction& out) {
  const size_t offset = reader.offset();
  out.count = reader.u32();
  // Each label takes a byte at least.
  if (reader.ok() && out.count >= reader.left()) {
    reader.refuse_malformed(offset, "unexpected end of section or function");
    return;
  }
  check_limit(reader, out.count, profile.limits.branch_targets, offset, "labels of a br_table");
  const size_t begin = reader.offset();
  const uint8_t* first = reader.here();
  for (uint64_t left = uint64_t{out.count} + 1; left > 0 && reader.ok(); --left)
    (void)reader.u32();
  out.bytes = reader.ok() ? ByteView{first, reader.offset() - begin} : ByteView{};
}

void read_immediates(Reader& reader, const Profile& profile, Instruction& out) {
  const Features features = profile.features;
  switch (info(out.op).immediates) {
  case Immediates::None:
    return;
  case Immediates::Block:
    out.block = read_block_type(reader, features);
    return;
  case Immediates::Label:
  case Immediates::Function:
  case Immediates::Local:
  case Immediates::Global:
  case Immediates::Table:
  case Immediates::Element:
  case Immediates::Data:
    out.index = reader.u32();
    return;
  case Immediates::Labels:
    return read_labels(reader, profile, out);
  case Immediates::TableTable:
    out.index = reader.u32();
    out.second = reader.u32();
    return;
  case Immediates::TypeTable:
    out.index = reader.u32();
    if (features.has(Feature::TableIndices))
      out.second = reader.u32();
    else
      out.second = read_memory_index(reader, {}); // a zero byte, as there
    return;
  case Immediates::Types:
    out.count = reader.u32();
    for (uint32_t left = out.count; left > 0 && reader.ok(); --left)
      out.type = read_value_type(reader, features);
    return;
  // The binary format has the segment first.
  case Immediates::ElementTable:
    out.second = reader.u32();
    out.index = reader.u32();
    return;
  case Immediates::DataMemory:
    out.second = reader.u32();
    out.index = read_memory_index(reader, features);
    return;
  case Immediates::Memory:
    return read_memory_access(reader, features, out);
  case Immediates::MemoryLane:
    read_memory_access(reader, features, out);
    out.lane = reader.byte();
    return;
  case Immediates::MemoryIndex:
    out.index = read_memory_index(reader, features);
    return;
  case Immediates::MemoryMemory:
    out.index = read_memory_index(reader, features);
    out.second = read_memory_index(reader, features);
    return;
  case Immediates::HeapType:
    if ((reader.peek() & 0xc0) != 0x40) // an index
      require(reader, {}, Feature::FunctionReferences, reader.offset());
    out.type = read_reference_type(reader, features);
    return;
  case Immediates::Lane:
    out.lane = reader.byte();
    return;
  case Immediates::I32:
    out.value = static_cast<uint64_t>(int64_t{reader.s32()});
    return;
  case Immediates::I64:
    out.value = static_cast<uint64_t>(reader.s64());
    return;
  case Immediates::F32:
    out.value = reader.fixed(4);
    return;
  case Immediates::F64:
    out.value = reader.fixed(8);
    return;
  case Immediates::Lanes:
  case Immediates::V128:
    out.bytes = reader.bytes(16);
    return;
  }
}

std::string hex_code(uint32_t code) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  do
    text.insert(text.begin(), kDigits[code % 16]);
  while ((code /= 16) != 0 || text.size() % 2 != 0);
  return text;
}

[[gnu::cold]] void refuse_code(Reader& reader, uint8_t prefix, uint32_t code, size_t offset) {
  if (const RefusedRange* range = find_refused(prefix, code))
    return require(reader, {}, range->feature, offset);
  reader.refuse_malformed(offset, "illegal opcode " + (prefix != 0 ? hex_code(prefix) + " " : "") +
                                      hex_code(code));
}

bool is_prefix(uint8_t byte) { return byte >= 0xfb && byte <= 0xfe; }

} // namespace

bool read_any_instruction(Reader& reader, const Profile& profile, Instruction& out) {
  const size_t offset = reader.offset();
  const uint8_t first = reader.byte();
  out.offset = static_cast<uint32_t>(offset);
  out.op = kSingleByteOps[first];
  if (out.op == kNoOp) [[unlikely]] {
    uint8_t prefix = 0;
    uint32_t code = first;
    if (is_prefix(first)) {
      prefix = first;
      code = reader.u32();
      if (code < 256) {
        if (prefix == kBulkPrefix)
          out.op = kBulkOps[code];
        else if (prefix == kVectorPrefix)
          out.op = kVectorOps[code];
      }
    }
    if (out.op == kNoOp) {
      if (reader.ok())
        refuse_code(reader, prefix, code, offset);
      return false;
    }
  }
  if (!profile.features.has(info(out.op).feature)) [[unlikely]]
    require(reader, profile.features, info(out.op).feature, offset);
  read_immediates(reader, profile, out);
  return reader.ok();
}

ValType read_value_type(Reader& reader, Features features) {
  const size_t offset = reader.offset();
  const uint8_t code = reader.byte();
  const auto type = static_cast<ValType>(code);
  switch (type) {
  case ValType::I32:
  case ValType::I64:
  case ValType::F32:
  case ValType::F64:
  case ValType::V128:
  case ValType::FuncRef:
  case ValType::ExternRef:
    require(reader, features, feature_of(type), offset);
    return type;
  default:
    refuse_type(reader, code, offset, "malformed value type");
    return ValType::Unknown;
  }
}

ValType read_reference_type(Reader& reader, Features features) {
  const size_t offset = reader.offset();
  const uint8_t code = reader.byte();
  const auto type = static_cast<ValType>(code);
  if (!is_reference(type)) {
    refuse_type(reader, code, offset, "malformed reference type");
    return ValType::Unknown;
  }
  // Tables of functions have been there from the beginning.
  if (type != ValType::FuncRef)
    require(reader, features, Feature::ReferenceTypes, offset);
  return type;
}

void require(Reader& reader, Features features, Feature feature, size_t offset) {
  if (features.has(feature))
    return;
  const char* why =
      kEngineProfile.features.has(feature) ? ": not part of this profile; " : ": not supported; ";
  std::string sentence{text(feature)};
  sentence.append(why).append(remedy(feature));
  reader.refuse(ErrorCode::Unsupported, offset, std::move(sentence));
}

void check_limit(Reader& reader, uint64_t count, uint64_t limit, size_t offset,
                 std::string_view text, std::string_view remedy) {
  if (count <= limit)
    return;
  std::string sentence = "too many " + std::string{text} + ": " + std::to_string(count) +
                         ", the limit is " + std::to_string(limit);
  if (!remedy.empty())
    sentence.append("; ").append(remedy);
  reader.refuse(ErrorCode::LimitExceeded, offset, std::move(sentence));
}

} // namespace zvm::frontend::wasm
