#include "host/plugin/elf_probe.hpp"

#include <elf.h>
#include <fmt/format.h>

#include <cstring>

#include "core/error.hpp"

namespace sandport {
namespace {

#if defined(__x86_64__)
constexpr int kMachine = EM_X86_64;
constexpr const char* kMachineName = "x86-64";
#elif defined(__aarch64__)
constexpr int kMachine = EM_AARCH64;
constexpr const char* kMachineName = "AArch64";
#else
#error "name this machine's ELF number here"
#endif

class Image {
 public:
  Image(std::string_view content, std::string_view file) : content_(content), file_(file) {}

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(Code::kInvalidArgument, fmt::format("{}: {}", file_, what));
  }

  // The struct at an offset, copied: files promise no alignment.
  template <typename T>
  T at(std::uint64_t offset) const {
    if (offset > content_.size() || content_.size() - offset < sizeof(T)) {
      fail("the file is cut off; install the plugin again");
    }
    T value;
    std::memcpy(&value, content_.data() + offset, sizeof(T));
    return value;
  }

  std::string_view text(std::uint64_t offset) const {
    if (offset >= content_.size()) fail("the file is cut off; install the plugin again");
    const std::string_view rest = content_.substr(offset);
    return rest.substr(0, rest.find('\0'));
  }

 private:
  std::string_view content_;
  std::string_view file_;
};

void check_header(const Image& image, const Elf64_Ehdr& header) {
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) {
    image.fail("this is not a shared library (no ELF header)");
  }
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_machine != kMachine) {
    image.fail(fmt::format("built for another machine (ELF machine {}); this host needs {}",
                           header.e_machine, kMachineName));
  }
  if (header.e_type != ET_DYN) image.fail("this is an ELF file, but not a shared library");
}

}  // namespace

std::vector<std::string> exported_symbols(std::string_view content, std::string_view prefix,
                                          std::string_view file) {
  const Image image(content, file);
  if (content.size() < SELFMAG || std::memcmp(content.data(), ELFMAG, SELFMAG) != 0) {
    image.fail("this is not a shared library (no ELF header)");
  }
  const auto header = image.at<Elf64_Ehdr>(0);
  check_header(image, header);

  std::vector<std::string> found;
  for (unsigned section = 0; section < header.e_shnum; ++section) {
    const auto symbols =
        image.at<Elf64_Shdr>(header.e_shoff + std::uint64_t{section} * sizeof(Elf64_Shdr));
    if (symbols.sh_type != SHT_DYNSYM) continue;
    const auto names =
        image.at<Elf64_Shdr>(header.e_shoff + std::uint64_t{symbols.sh_link} * sizeof(Elf64_Shdr));
    for (std::uint64_t offset = 0; offset + sizeof(Elf64_Sym) <= symbols.sh_size;
         offset += sizeof(Elf64_Sym)) {
      const auto symbol = image.at<Elf64_Sym>(symbols.sh_offset + offset);
      if (symbol.st_shndx == SHN_UNDEF || ELF64_ST_BIND(symbol.st_info) == STB_LOCAL) continue;
      const std::string_view name = image.text(names.sh_offset + symbol.st_name);
      if (name.starts_with(prefix)) found.emplace_back(name);
    }
  }
  return found;
}

}  // namespace sandport
