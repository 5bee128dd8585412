#include "cli/conformance/file_list.hpp"

#include <algorithm>
#include <stdexcept>

namespace zvm::cli {
namespace {

namespace fs = std::filesystem;

/// FNV-1a, so that a sample is the same on every machine.
uint32_t name_hash(const std::string& name) {
  uint32_t h = 0x811c9dc5;
  for (const char c : name)
    h = (h ^ static_cast<uint8_t>(c)) * 0x01000193;
  return h;
}

class FileList {
 public:
  FileList(const ConformanceOptions& options, FileKind kind) : options_(options), kind_(kind) {}

  void add(const fs::path& path) {
    std::error_code ignored; // what leads nowhere is a file that cannot be read
    if (fs::is_directory(path, ignored))
      add_folder(path);
    else if (is_in_sample(path))
      files_.push_back({path});
  }
  [[nodiscard]] std::vector<FoundFile> take() { return std::move(files_); }

 private:
  [[nodiscard]] bool is_in_sample(const fs::path& path) const {
    return name_hash(path.filename().string()) % options_.sample_of < options_.sample;
  }

  /// Folders that cannot be read are failures. Links to folders are not followed: they may lead in
  /// circles.
  void add_folder(const fs::path& root) {
    const size_t first = files_.size();
    std::vector<fs::path> folders{root};
    while (!folders.empty()) {
      const fs::path folder = folders.back();
      folders.pop_back();
      std::error_code error;
      for (fs::directory_iterator at{folder, error}, end; !error && at != end;
           at.increment(error)) {
        std::error_code ignored;
        if (at->is_directory(ignored) && !at->is_symlink(ignored))
          folders.push_back(at->path());
        else
          add_entry(*at);
      }
      if (error)
        files_.push_back({folder, Verdict::Failed, error.message()});
    }
    std::ranges::sort(files_.begin() + static_cast<std::ptrdiff_t>(first), files_.end(), {},
                      &FoundFile::path);
  }

  void add_entry(const fs::directory_entry& entry) {
    std::error_code ignored;
    const std::string name = entry.path().filename().string();
    if (entry.is_directory(ignored))
      files_.push_back({entry.path(), Verdict::PassedOver, "a link to a folder"});
    else if (std::ranges::any_of(kind_.parts,
                                 [&](std::string_view part) { return name.ends_with(part); }))
      return;
    else if (!name.ends_with(kind_.suffix))
      files_.push_back({entry.path(), Verdict::PassedOver,
                        "its name does not end in " + std::string{kind_.suffix}});
    else if (is_in_sample(entry.path()))
      files_.push_back({entry.path()});
  }

  const ConformanceOptions& options_;
  FileKind kind_;
  std::vector<FoundFile> files_;
};

} // namespace

std::vector<FoundFile> find_files(const ConformanceOptions& options, FileKind kind) {
  FileList list{options, kind};
  for (const fs::path& path : options.paths) {
    if (!fs::exists(fs::symlink_status(path)))
      throw std::runtime_error("there is no " + path.string());
    list.add(path);
  }
  return list.take();
}

} // namespace zvm::cli
