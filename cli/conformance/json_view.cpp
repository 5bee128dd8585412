#include "cli/conformance/json_view.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <vector>

namespace zvm::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr size_t kMaxDepth = 256;
constexpr size_t kTextShown = 300;

/// A key or an index as RFC 6901 has it.
void append_token(std::string& pointer, std::string_view token) {
  pointer += '/';
  for (const char c : token) {
    if (c == '~')
      pointer += "~0";
    else if (c == '/')
      pointer += "~1";
    else
      pointer += c;
  }
}

/// How a value's child is named in it.
std::string token_of(const json& parent, const json* child) {
  if (const auto* list = parent.get_ptr<const json::array_t*>())
    return std::to_string(child - list->data());
  for (const auto& [key, value] : *parent.get_ptr<const json::object_t*>()) {
    if (&value == child)
      return key;
  }
  return {};
}

bool is_too_deep(std::string_view text) {
  size_t depth = 0;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kMaxDepth)
        return true;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return false;
}

} // namespace

bool JsonView::has(std::string_view key) const {
  const auto* object = value_->get_ptr<const json::object_t*>();
  return object != nullptr && object->find(key) != object->end();
}

JsonView JsonView::at(std::string_view key) const {
  const json::object_t& fields = object();
  const auto found = fields.find(key);
  if (found == fields.end())
    refuse("there is no '" + std::string{key} + "'");
  return {*document_, found->second};
}

JsonView JsonView::at(size_t index) const {
  const json::array_t& values = list();
  if (index >= values.size())
    refuse("there is no element " + std::to_string(index) + " among " +
           std::to_string(values.size()));
  return {*document_, values[index]};
}

const std::string& JsonView::text() const {
  const auto* text = value_->get_ptr<const std::string*>();
  if (text == nullptr)
    refuse_type("a string");
  return *text;
}

bool JsonView::boolean() const {
  const auto* boolean = value_->get_ptr<const bool*>();
  if (boolean == nullptr)
    refuse_type("true or false");
  return *boolean;
}

int64_t JsonView::integer() const {
  // Not get<int64_t>() of any number: that of a fraction beyond its range is undefined.
  if (!value_->is_number_integer())
    refuse_type("an integer");
  if (value_->is_number_unsigned() && value_->get<uint64_t>() > INT64_MAX)
    refuse<NumberOverflow>("more than 63 bits");
  return value_->get<int64_t>();
}

uint64_t JsonView::natural() const {
  if (!value_->is_number_unsigned())
    refuse_type("a number from 0 on");
  return value_->get<uint64_t>();
}

/// Looks for the value in the document: that takes a while, and only failures need it.
std::string JsonView::place() const {
  struct Step {
    const json* value;
    size_t parent;
  };
  std::vector<Step> steps{{document_, 0}};
  size_t at = 0;
  for (; at < steps.size() && steps[at].value != value_; ++at) {
    if (steps[at].value->is_structured()) {
      for (const json& child : *steps[at].value)
        steps.push_back({&child, at});
    }
  }
  if (at == steps.size())
    return {}; // of another document
  std::vector<std::string> tokens;
  for (; at != 0; at = steps[at].parent)
    tokens.push_back(token_of(*steps[steps[at].parent].value, steps[at].value));
  std::string pointer;
  for (const std::string& token : tokens | std::views::reverse)
    append_token(pointer, token);
  return pointer;
}

const json::array_t& JsonView::list() const {
  const auto* list = value_->get_ptr<const json::array_t*>();
  if (list == nullptr)
    refuse_type("a list");
  return *list;
}

const json::object_t& JsonView::object() const {
  const auto* object = value_->get_ptr<const json::object_t*>();
  if (object == nullptr)
    refuse_type("an object");
  return *object;
}

void JsonView::refuse_type(std::string_view wanted) const {
  refuse(std::string{wanted} + " is expected, not " + value_->type_name());
}

std::string read_regular_file(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status))
    throw Unreadable(error ? error.message() : "there is no such file");
  if (!fs::is_regular_file(status))
    throw Unreadable(fs::is_directory(status) ? "it is a folder" : "it is no regular file");
  errno = 0;
  std::ifstream stream{path, std::ios::binary};
  if (!stream)
    throw Unreadable(std::string{"it cannot be opened: "} + std::strerror(errno));
  std::string content;
  content.resize(fs::file_size(path, error));
  stream.read(content.data(), static_cast<std::streamsize>(content.size()));
  if (error || stream.bad() || static_cast<size_t>(stream.gcount()) != content.size())
    throw Unreadable("it cannot be read");
  return content;
}

json parse_json(std::string_view text) {
  if (is_too_deep(text))
    throw Unreadable("nested deeper than " + std::to_string(kMaxDepth));
  try {
    return json::parse(text);
  } catch (const json::exception& error) {
    const std::string_view what =
        error.what(); // "[json.exception.parse_error.101] parse error at line …"
    const size_t fact = what.find("] ");
    // It repeats the token that it did not expect, which may be the rest of the file.
    throw Unreadable("no JSON: " +
                     std::string{what.substr(fact == what.npos ? 0 : fact + 2, kTextShown)});
  }
}

json read_json_file(const std::string& path) { return parse_json(read_regular_file(path)); }

} // namespace zvm::cli
