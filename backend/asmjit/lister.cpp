#include "backend/asmjit/lister.hpp"

#include <algorithm>
#include <cctype>

namespace zvm::backend::asmjit {
namespace {

/// Stands in text for a size of a frame that is not known yet.
constexpr std::string_view kUnknownSize = "2147483392";

/// Bytes of data that is told by a directive; 0: it is none.
uint32_t data_size(std::string_view text) {
  constexpr std::string_view kDirectives[] = {".db ", ".dw ", ".dd ", ".dq "};
  for (uint32_t i = 0; i < std::size(kDirectives); ++i) {
    if (text.starts_with(kDirectives[i]))
      return 1u << i;
  }
  return 0;
}

std::string_view name_of(uint64_t constant, const Linkage& linkage) {
  for (unsigned i = 0; i < runtime::kLibcallCount; ++i) {
    const auto call = static_cast<runtime::Libcall>(i);
    if (constant == linkage.keeping(call) || (!is_host_call(call) && constant == address_of(call)))
      return runtime::info(call).name;
  }
  const FunctionLinkage& f = linkage.function();
  const std::pair<uint64_t, std::string_view> others[] = {
      {linkage.leave(), "leave"},
      {linkage.done(), "done"},
      {linkage.jump(), "jump"},
      {linkage.poll(), "poll"},
      {f.done, "done"},
      {f.poll, "poll"},
      {f.call_word, "call_word"},
      {f.call_function, "call_function"},
      {f.find_callee, "find_callee"},
  };
  const auto* found =
      std::ranges::find(others, constant, &std::pair<uint64_t, std::string_view>::first);
  return found == std::end(others) ? std::string_view{} : found->second;
}

/// Bytes of an instruction, which asmjit tells behind its text, two digits or dots for each.
uint32_t take_bytes(std::string& text) {
  const size_t comment = text.find(';');
  if (comment == std::string::npos)
    return 0;
  const auto digits = std::ranges::count_if(
      text.substr(comment), [](char c) { return c == '.' || std::isxdigit(c) != 0; });
  text.resize(comment);
  return static_cast<uint32_t>(digits / 2);
}

} // namespace

void Lister::begin(const ::asmjit::BaseAssembler& a) {
  a_ = &a;
  out_ = {};
  sections_.clear();
  names_.clear();
  setFlags(::asmjit::FormatFlags::kMachineCode);
}

void Lister::at(uint32_t function, ir::BlockId block, ir::InstId inst) {
  now_.function = function;
  now_.block = block;
  now_.inst = inst;
}

void Lister::name_constant(uint32_t label, uint64_t constant, const Linkage& linkage) {
  if (const std::string_view found = name_of(constant, linkage); !found.empty())
    name(label, std::string{found});
}

void Lister::set_frame_size(uint32_t section, uint32_t offset, uint32_t size) {
  for (size_t i = out_.lines.size(); i-- != 0;) {
    NativeLine& line = out_.lines[i];
    const size_t found = line.text.find(kUnknownSize);
    if (sections_[i] == section && offset - line.offset < line.size && found != std::string::npos) {
      line.text.replace(found, kUnknownSize.size(), std::to_string(size));
      return;
    }
  }
}

/// asmjit tells of instructions and labels before they are written, of data when it has been.
::asmjit::Error Lister::_log(const char* data, size_t size) noexcept {
  NativeLine line = now_;
  line.text.assign(data, size == SIZE_MAX ? std::char_traits<char>::length(data) : size);
  line.size = data_size(line.text);
  line.offset = static_cast<uint32_t>(a_->offset());
  if (line.size == 0)
    line.size = take_bytes(line.text);
  else if (line.text.find('L') == std::string::npos)
    line.offset -= line.size;
  while (!line.text.empty() && std::isspace(static_cast<unsigned char>(line.text.back())) != 0)
    line.text.pop_back();
  line.text.erase(0, std::min(line.text.find_first_not_of(' '), line.text.size()));
  if (line.text.starts_with(".section") || line.text.starts_with("align"))
    return ::asmjit::kErrorOk;
  out_.lines.push_back(std::move(line));
  sections_.push_back(a_->currentSection()->id());
  return ::asmjit::kErrorOk;
}

/// With the names of labels.
std::string Lister::renamed(const std::string& text) const {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const bool begins = i == 0 || std::isalnum(static_cast<unsigned char>(text[i - 1])) == 0;
    size_t end = i + 1;
    while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end])) != 0)
      ++end;
    if (text[i] == 'L' && begins && end > i + 1) {
      const auto found =
          names_.find(static_cast<uint32_t>(std::strtoul(text.c_str() + i + 1, nullptr, 10)));
      out += found == names_.end() ? text.substr(i, end - i) : found->second;
      i = end;
    } else {
      out += text[i++];
    }
  }
  return out;
}

void Lister::finish(const ::asmjit::CodeHolder& code, const uint8_t* begin) {
  const auto size = static_cast<uint32_t>(code.codeSize());
  out_.bytes.assign(begin, begin + size);
  std::vector<NativeLine> lines;
  lines.reserve(out_.lines.size() + 1);
  for (const ::asmjit::Section* section : code.sections()) {
    for (size_t i = 0; i < out_.lines.size(); ++i) {
      if (sections_[i] != section->id())
        continue;
      NativeLine& line = lines.emplace_back(std::move(out_.lines[i]));
      line.offset += static_cast<uint32_t>(section->offset());
      line.text = renamed(line.text);
    }
  }
  // What lies between is padding.
  out_.lines.clear();
  for (size_t i = 0; i < lines.size(); ++i) {
    NativeLine padding = lines[i];
    padding.offset += padding.size;
    padding.size = (i + 1 < lines.size() ? lines[i + 1].offset : size) - padding.offset;
    padding.text = "align";
    out_.lines.push_back(std::move(lines[i]));
    if (padding.size != 0)
      out_.lines.push_back(std::move(padding));
  }
}

} // namespace zvm::backend::asmjit
