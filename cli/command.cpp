#include "cli/command.h"

#include <unistd.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "gannet/base/error.h"
#include "gannet/base/file_names.h"
#include "gannet/base/spelling.h"

namespace gannet::cli {
namespace {

constexpr size_t help_column = 26, help_width = 72;

// Only a terminal answers EIO to a question for its settings, when it was closed.
bool was_closed_terminal(int file) { return isatty(file) == 0 && errno == EIO; }

// All groups as one list of fields.
struct Joined : Fields {
  explicit Joined(const std::vector<Group>& groups) : groups_(groups) {}
  void fields(FieldVisitor& visitor) override {
    for (const Group& group : groups_) group.fields->fields(visitor);
  }
  const std::vector<Group>& groups_;
};

std::string wrapped(const std::string& text) {
  std::string result;
  size_t width = 0;
  std::istringstream words(text);
  for (std::string word; words >> word; width += word.size() + 1) {
    if (width > 0 && width + word.size() > help_width) {
      result += '\n';
      width = 0;
    }
    result += (width > 0 ? " " : "") + word;
  }
  return result;
}

std::string value_name(const FieldText& field) {
  if (!field.choices.empty()) return CLI::detail::join(field.choices, "|");
  if (field.type == "string") return "TEXT";
  return field.type == "float" ? "NUMBER" : "N";
}

// "learning rate of both nets (from 0 to 1; default 0.0002)"
std::string description(const FieldText& field) {
  std::vector<std::string> notes;
  if (!field.range.empty()) {
    notes.push_back(field.range);
  } else if (!field.unit.empty()) {
    notes.push_back("in " + field.unit);
  }
  if (!field.value.empty() && field.value != "false") notes.push_back("default " + field.value);
  const std::string note = CLI::detail::join(notes, "; ");
  return wrapped(field.help + (note.empty() ? "" : " (" + note + ")"));
}

std::string dashed(std::string argument) {  // --n_critic=5 -> --n-critic=5
  if (!argument.starts_with("--")) return argument;
  const size_t end = std::min(argument.find('='), argument.size());
  std::replace(argument.begin(), argument.begin() + static_cast<std::ptrdiff_t>(end), '_', '-');
  return argument;
}

// The options as the library reads them, from last to first; what follows "--" is put aside.
// `flags`: "--mirror" and the like, after which "true" or "false" is their value.
std::vector<std::string> prepared(const Arguments& arguments, const Arguments& flags,
                                  Arguments& after_dashes) {
  const auto end = std::ranges::find(arguments, "--");
  if (end != arguments.end()) after_dashes.assign(end + 1, arguments.end());
  std::vector<std::string> result;
  for (const std::string& argument : Arguments(arguments.begin(), end)) {
    const bool of_flag = !result.empty() && std::ranges::count(flags, result.back()) > 0;
    if (of_flag && (argument == "true" || argument == "false")) {
      result.back() += "=" + argument;
      continue;
    }
    result.push_back(dashed(argument));
    if (argument.starts_with("--") && argument.ends_with("=")) {  // an empty text is a value too
      result.back().pop_back();
      result.emplace_back();
    }
  }
  std::reverse(result.begin(), result.end());
  return result;
}

struct Flag {
  std::string name, text;
  CLI::Option* option = nullptr;
  bool is_bool = false;
};

Arguments flag_names(const std::vector<std::unique_ptr<Flag>>& flags) {
  Arguments names;
  for (const auto& flag : flags)
    if (flag->is_bool) names.push_back("--" + flag->name);
  return names;
}

// One flag for each field. The flags stay where they are: the library keeps pointers to them.
std::vector<std::unique_ptr<Flag>> add_fields(CLI::App& app, const Group& group) {
  std::vector<std::unique_ptr<Flag>> flags;
  for (const FieldText& field : list_fields(*group.fields)) {
    auto flag = std::make_unique<Flag>();
    flag->name = field.name;
    const std::string names = (field.name == "dry-run" ? "-n,--" : "--") + field.name;
    flag->is_bool = field.type == "bool";
    if (flag->is_bool) {
      flag->option = app.add_flag(names, flag->text, description(field));
    } else {
      flag->option = app.add_option(names, flag->text, description(field));
      flag->option->type_name(value_name(field));
    }
    flag->option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)->group(group.title);
    flags.push_back(std::move(flag));
  }
  return flags;
}

// `argument` is what dashed() made of one of `arguments`.
[[noreturn]] void refuse_option(const std::string& argument, const Arguments& arguments,
                                const Usage& usage, Fields& fields) {
  const auto typed = std::ranges::find(arguments, argument, dashed);
  const std::string& as_typed = typed == arguments.end() ? argument : *typed;
  const std::string name = as_typed.substr(0, as_typed.find('='));
  if (const std::string hint = usage.elsewhere ? usage.elsewhere(name) : ""; !hint.empty())
    throw UsageError("unknown option", name, hint);
  if (name.starts_with("--")) set_field(fields, name.substr(2), "", name);  // throws: it is unknown
  std::vector<std::string> known;
  for (const FieldText& field : list_fields(fields)) known.push_back(field.name);
  const std::string near = closest_name(name.substr(1), known);
  throw UsageError("unknown option", name, near.empty() ? "" : "did you mean --" + near + "?");
}

void set_positionals(const Usage& usage, const Arguments& given) {
  size_t next = 0;
  for (const Positional& positional : usage.positionals) {
    positional.values->clear();
    while (next < given.size() && static_cast<int>(positional.values->size()) < positional.most) {
      positional.values->push_back(given[next++]);
    }
    if (static_cast<int>(positional.values->size()) < positional.least) {
      throw UsageError(positional.name + " is missing", usage.program,
                       usage.program + " --help lists what it takes");
    }
  }
  if (next < given.size()) {
    throw UsageError("unexpected argument", "'" + given[next] + "'",
                     usage.program + " --help lists what it takes");
  }
}

[[noreturn]] void refuse_missing(const std::string& name) {
  throw UsageError("a value is missing", name);
}

[[noreturn]] void refuse_empty(const std::string& name) {
  throw UsageError("expected a value, found ''", name,
                   "leave " + name + " out, or give it a value");
}

// The library would take `--desc --mirror` for a description. Written `--desc=--mirror` it is one.
void check_value(const Flag& flag, const Usage& usage, const Arguments& arguments) {
  const std::string name = "--" + flag.name;
  if (flag.text.empty() && std::ranges::count(usage.not_empty, flag.name) > 0) refuse_empty(name);
  if (!flag.text.starts_with("--")) return;
  for (const std::string& argument : arguments) {
    if (dashed(argument) == name + "=" + flag.text) return;
  }
  refuse_missing(name);
}

std::string help_text(CLI::App& app, const Usage& usage) {
  for (const Positional& positional : usage.positionals) {
    auto* option = app.add_option(positional.name, *positional.values, positional.help);
    option->expected(std::max(positional.least, 1), positional.most)
        ->type_name("")
        ->required(positional.least > 0);
  }
  return app.help();
}

// "--lr: 1 required NUMBER missing" and the like: what stands before the colon is the option.
UsageError in_our_form(const CLI::ParseError& error, const Usage& usage) {
  const std::string text = error.what();
  if (text.starts_with("-"))
    return {"a value is missing", text.substr(0, text.find_first_of(": "))};
  return {text, usage.program};
}

}  // namespace

int dispatch(std::string_view program, std::string_view summary, std::span<const Command> commands,
             const Arguments& arguments) {
  const std::string name = arguments.empty() ? "" : arguments[0];
  if (name == "help" && arguments.size() > 1 && !arguments[1].starts_with("-")) {
    Arguments of_command(arguments.begin() + 1, arguments.end());
    of_command.emplace_back("--help");
    return dispatch(program, summary, commands, of_command);
  }
  if (name == "--help" || name == "-h" || name == "help") {
    CLI::App app{std::string(summary), std::string(program)};
    app.get_formatter()->column_width(help_column);
    app.get_formatter()->label("SUBCOMMAND", "COMMAND [options]");
    app.require_subcommand(1);
    app.set_help_flag("-h,--help", "print this");
    for (const Command& command : commands) {
      app.add_subcommand(std::string(command.name), std::string(command.summary))
          ->group("Commands");
    }
    app.footer(std::string(program) + " COMMAND --help says more about each.");
    print(app.help());
    return 0;
  }
  std::vector<std::string> known;
  for (const Command& command : commands) {
    if (command.name == name) return command.run({arguments.begin() + 1, arguments.end()});
    known.emplace_back(command.name);
  }
  const std::string near = closest_name(name, known);
  const std::string hint = near.empty() ? std::string(program) + " --help lists them"
                                        : "did you mean " + std::string(program) + " " + near + "?";
  if (name.empty()) throw UsageError("a subcommand is missing", std::string(program), hint);
  if (name.starts_with("-")) throw UsageError("expected a subcommand first", name, hint);
  throw UsageError("unknown subcommand", name, hint);
}

bool parse(const Usage& usage, const Arguments& arguments) {
  CLI::App app(usage.summary, usage.program);
  app.get_formatter()->column_width(help_column);
  app.allow_extras();
  if (!usage.footer.empty()) app.footer(usage.footer);
  std::vector<std::unique_ptr<Flag>> flags;
  for (const Group& group : usage.groups) {
    for (auto& flag : add_fields(app, group)) flags.push_back(std::move(flag));
  }
  app.set_help_flag("-h,--help", "print this")->group("Other");
  Arguments after_dashes;
  try {
    app.parse(prepared(arguments, flag_names(flags), after_dashes));
  } catch (const CLI::CallForHelp&) {
    print(help_text(app, usage));
    return false;
  } catch (const CLI::ParseError& error) {
    throw in_our_form(error, usage);
  }
  Joined fields(usage.groups);
  Arguments positionals = app.remaining();
  for (const std::string& extra : positionals) {
    if (extra.size() > 1 && extra[0] == '-') refuse_option(extra, arguments, usage, fields);
  }
  for (const auto& flag : flags) {
    if (flag->option->count() == 0) continue;
    check_value(*flag, usage, arguments);
    set_field(fields, flag->name, flag->text, "--" + flag->name);
  }
  positionals.insert(positionals.end(), after_dashes.begin(), after_dashes.end());
  set_positionals(usage, positionals);
  return true;
}

std::optional<std::string> peek(const Arguments& arguments, std::string_view name) {
  const std::string flag = "--" + std::string(name);
  std::optional<std::string> value;
  for (size_t i = 0; i < arguments.size() && arguments[i] != "--"; ++i) {
    const std::string argument = dashed(arguments[i]);
    if (argument.starts_with(flag + "=")) value = argument.substr(flag.size() + 1);
    if (argument != flag) continue;
    if (i + 1 == arguments.size() || arguments[i + 1].starts_with("--")) refuse_missing(flag);
    value = arguments[i + 1];
  }
  return value;
}

void print(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<size_t>(written));
    } else if (errno == EPIPE || (errno == EIO && was_closed_terminal(STDOUT_FILENO))) {
      return;
    } else if (errno != EINTR) {
      throw Error(std::string("cannot write: ") + std::strerror(errno), "standard output");
    }
  }
}

namespace {
bool warnings_silenced = false;
}

void silence_warnings() { warnings_silenced = true; }

void warn(std::string_view text) {
  if (warnings_silenced) return;
  std::string line(text);
  std::replace(line.begin(), line.end(), '\n', ' ');
  line = display_name(line);
  std::fprintf(stderr, "gannet: warning: %s\n", line.c_str());
}

std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      text += row[i];
      if (i + 1 < row.size()) text.append(widths[i] + 2 - row[i].size(), ' ');
    }
    text += '\n';
  }
  return text;
}

}  // namespace gannet::cli
