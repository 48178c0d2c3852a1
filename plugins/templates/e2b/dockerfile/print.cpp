#include "print.hpp"

#include <sandport/json_text.hpp>

namespace e2b_template {
namespace {

// $NAME stays what it is: both Docker and the service expand it.
std::string env_value(const std::string& value) {
  std::string quoted = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

bool is_plain_path(const std::string& path) {
  return path.find_first_of(" \t\n\"'[]\\$") == std::string::npos;
}

std::string comment(const std::string& text) {
  std::string lines = "# ";
  for (const char c : text) {
    lines += c;
    if (c == '\n') lines += "# ";
  }
  return lines + '\n';
}

class Printer {
 public:
  explicit Printer(const Template& made) : made_(made) {}

  std::string run() {
    if (made_.from_template.empty()) {
      text_ = "FROM " + made_.image + '\n';
    } else {
      text_ = comment("Starts from the template \"" + made_.from_template +
                      "\", which is no image that docker could pull.") +
              "FROM scratch\n";
    }
    for (const Step& step : made_.steps) print(step);
    if (!made_.start_command.empty()) {
      text_ += "CMD " +
               sandport::JsonArray{}
                   .text("/bin/bash")
                   .text("-l")
                   .text("-c")
                   .text(made_.start_command)
                   .take() +
               '\n';
    }
    if (!made_.ready_command.empty()) {
      text_ += comment("Ready when this succeeds: " + made_.ready_command);
    }
    return std::move(text_);
  }

 private:
  void print(const Step& step) {
    if (step.type == "RUN") {
      print_run(step);
    } else if (step.type == "COPY") {
      print_copy(step);
    } else if (step.type == "ENV") {
      text_ += "ENV";
      for (std::size_t i = 0; i + 1 < step.args.size(); i += 2) {
        text_ += ' ' + step.args[i] + '=' + env_value(step.args[i + 1]);
      }
      text_ += '\n';
    } else {
      if (step.type == "USER") user_ = step.args.front();
      text_ += step.type + ' ' + step.args.front() + '\n';
    }
  }

  // A command of another user needs that user before it, and the one before after it.
  void print_run(const Step& step) {
    const std::string user = step.args.size() > 1 ? step.args[1] : user_;
    if (user != user_) text_ += "USER " + user + '\n';
    const std::string& command = step.args.front();
    if (command.find('\n') == std::string::npos) {
      text_ += "RUN " + command + '\n';
    } else {
      std::string delimiter = "EOF";
      while (("\n" + command + "\n").find("\n" + delimiter + "\n") != std::string::npos) {
        delimiter += '_';
      }
      text_ += "RUN <<" + delimiter + '\n' + command;
      if (!command.ends_with('\n')) text_ += '\n';
      text_ += delimiter + '\n';
    }
    if (user != user_) text_ += "USER " + user_ + '\n';
  }

  void print_copy(const Step& step) {
    text_ += "COPY";
    if (!step.args[2].empty()) text_ += " --chown=" + step.args[2];
    if (!step.args[3].empty()) text_ += " --chmod=" + step.args[3];
    if (is_plain_path(step.args[0]) && is_plain_path(step.args[1])) {
      text_ += ' ' + step.args[0] + ' ' + step.args[1] + '\n';
    } else {
      text_ += ' ' + sandport::JsonArray{}.text(step.args[0]).text(step.args[1]).take() + '\n';
    }
  }

  const Template& made_;
  std::string text_;
  std::string user_ = "user";  // as the service starts
};

}  // namespace

std::string print_dockerfile(const Template& made) { return Printer{made}.run(); }

}  // namespace e2b_template
