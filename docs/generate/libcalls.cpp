#include "backend/lowering.hpp"
#include "docs/generate/pages.hpp"

namespace zvm::docs {
namespace {

using runtime::Libcall;
using runtime::LibcallInfo;
using runtime::Passed;

constexpr struct {
  const char *name, *parameters;
} kDeclared[] = {
#define LIBCALL(name, result, parameters, leaves, traits, doc) {#name, #parameters},
#define HOSTCALL(name, leaves, traits, doc) {#name, ""},
#include "runtime/libcalls.def"
#undef LIBCALL
#undef HOSTCALL
};
constexpr std::string_view kLeaves[] = {"never", "before", "pending", "final"};

std::string traits_text(const LibcallInfo& call) {
  namespace traits = runtime::libcall_traits;
  constexpr struct {
    runtime::LibcallTraits bit;
    std::string_view text;
  } kNames[] = {{traits::Pure, "pure"},
                {traits::Leaf, "leaf"},
                {traits::Gas, "gas"},
                {traits::Grows, "grows"}};
  std::string text;
  for (const auto& n : kNames) {
    if (call.has(n.bit))
      text += (text.empty() ? "" : ", ") + std::string{n.text};
  }
  return text;
}

std::string ops_text(Libcall call) {
  std::string text;
  for (unsigned i = 0; i < ir::kOpCount; ++i) {
    const ir::Op op{static_cast<uint8_t>(i)};
    const backend::OpLowering& how = backend::lowering(op);
    for (uint64_t attribute = how.begin; attribute < how.end || attribute == 0; ++attribute) {
      if (how.libcall(ir::Type::I256, attribute) == call)
        text += (text.empty() ? "" : ", ") + code(ir::info(op).text);
    }
  }
  return text;
}

} // namespace

std::string libcalls_page() {
  std::string page =
      page_head("Libcalls", "`runtime/libcalls.def` and `backend/lowering.def`",
                "The functions that generated code may call. What the words mean is at the head of "
                "the first table; which ops\n"
                "have one, and which of these have a short way inline, is in the second.");
  page += table_head({"function", "parameters", "leaves", "traits", "ops", "meaning"});
  for (unsigned i = 0; i < runtime::kLibcallCount; ++i) {
    const Libcall call{static_cast<uint8_t>(i)};
    const LibcallInfo& info = runtime::info(call);
    const std::string_view parameters = kDeclared[i].parameters;
    page += row(
        {code(info.name),
         parameters.empty() ? "`HostTable::" + std::string{info.name} + "`" : code(parameters),
         kLeaves[static_cast<size_t>(info.leaves)], traits_text(info), ops_text(call), info.doc});
  }
  return page;
}

} // namespace zvm::docs
