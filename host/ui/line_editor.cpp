#include "host/ui/line_editor.hpp"

#include <editline/readline.h>
#include <locale.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <cwchar>
#include <iostream>
#include <utility>

namespace sandport {
namespace {

constexpr int kHistoryLines = 1000;
constexpr std::size_t kPiece = std::size_t{64} << 10;

// What the library's callback, which has no argument of ours, reads from.
StandardInput* reading = nullptr;

// The next character: the library takes what it is given as a wide one. -1 is the end.
int read_character(FILE* /*stream*/) {
  std::mbstate_t state{};
  for (;;) {
    const std::string byte = reading->read_some(1);
    if (byte.empty()) return -1;
    wchar_t character = 0;
    const std::size_t size = std::mbrtowc(&character, byte.data(), 1, &state);
    constexpr auto kIncomplete = static_cast<std::size_t>(-2);
    constexpr auto kWrong = static_cast<std::size_t>(-1);
    if (size == kWrong) state = {};
    if (size != kWrong && size != kIncomplete) return static_cast<int>(character);
  }
}

// The person's character set, for this thread and this long: the rest of the program means the
// same bytes everywhere.
class PersonsCharacters {
 public:
  PersonsCharacters()
      : locale_(newlocale(LC_CTYPE_MASK, "", nullptr)),
        before_(locale_ != nullptr ? uselocale(locale_) : nullptr) {}
  ~PersonsCharacters() {
    if (locale_ == nullptr) return;
    uselocale(before_);
    freelocale(locale_);
  }
  PersonsCharacters(const PersonsCharacters&) = delete;
  PersonsCharacters& operator=(const PersonsCharacters&) = delete;

 private:
  locale_t locale_;
  locale_t before_;
};

}  // namespace

LineEditor::LineEditor(std::filesystem::path history_file)
    : history_file_(std::move(history_file)), interactive_(isatty(STDIN_FILENO) == 1) {
  if (!interactive_) return;
  const PersonsCharacters characters;
  reading = input_.get();
  rl_getc_function = read_character;
  // It would pass signals on to our whole process group, so that they came twice.
  rl_catch_signals = 0;
  using_history();
  stifle_history(kHistoryLines);
  read_history(history_file_.c_str());
}

LineEditor::~LineEditor() = default;

std::optional<std::string> LineEditor::read(const char* prompt) {
  return interactive_ ? read_edited(prompt) : read_plain();
}

std::optional<std::string> LineEditor::read_plain() {
  for (std::size_t searched = 0;;) {
    if (const std::size_t end = rest_.find('\n', searched); end != std::string::npos) {
      std::string line = rest_.substr(0, end);
      rest_.erase(0, end + 1);
      return line;
    }
    searched = rest_.size();
    const std::string more = input_->read_some(kPiece);
    if (input_->stopped() || (more.empty() && rest_.empty())) return std::nullopt;
    // The last line may have no end.
    if (more.empty()) return std::exchange(rest_, {});
    rest_ += more;
  }
}

std::optional<std::string> LineEditor::read_edited(const char* prompt) {
  struct Free {
    void operator()(char* text) const { std::free(text); }
  };
  const PersonsCharacters characters;
  const std::unique_ptr<char, Free> line(readline(prompt));
  if (input_->stopped()) {
    std::cout << std::endl;
    return std::nullopt;
  }
  if (line == nullptr) return std::nullopt;
  if (*line != '\0') {
    add_history(line.get());
    // At once: a signal may end the process before our end comes.
    const mode_t before = umask(0077);
    write_history(history_file_.c_str());
    umask(before);
  }
  return std::string(line.get());
}

}  // namespace sandport
