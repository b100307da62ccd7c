// What the subcommands share: tables of commands, options and positional arguments of one command,
// and the two streams. The only file that knows the command-line library is command.cpp.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gannet/base/options.h"

namespace gannet::cli {

using Arguments = std::vector<std::string>;

struct Command {
  std::string_view name, summary;
  int (*run)(const Arguments&);  // the arguments after the name; returns the exit status
};

// Runs the command that the first argument names, or prints the list of them for --help. Throws
// UsageError for an unknown name. `program` is what was typed so far: "gannet data".
int dispatch(std::string_view program, std::string_view summary, std::span<const Command> commands,
             const Arguments& arguments);

// Options under one title of the help.
struct Group {
  std::string title;
  Fields* fields;
};

struct Positional {
  std::string name, help;
  std::vector<std::string>* values;
  int least = 1, most = 1;
};

struct Usage {
  std::string program, summary;  // "gannet data show"; one sentence
  std::vector<Group> groups = {};
  std::vector<Positional> positionals = {};
  std::string footer = "";
  std::vector<std::string_view> not_empty = {};  // options of which an empty text is no value
  // The hint for an option that this command does not have and that is known elsewhere, else "".
  std::function<std::string(const std::string& name)> elsewhere = nullptr;
};

// Sets the fields and positionals from the arguments: `--lr 1e-4`, `--lr=1e-4`, `--mirror`,
// `--mirror=0`, the last one wins. Returns false when it has printed the help instead. Throws
// UsageError naming the option.
bool parse(const Usage& usage, const Arguments& arguments);

// The value of one option before the others are known (`--cfg` decides which there are). Throws
// UsageError where the option is there and its value is missing.
std::optional<std::string> peek(const Arguments& arguments, std::string_view name);

// Standard output, unbuffered. A reader that has gone away is no error; a full disk is an Error.
void print(std::string_view text);

// "gannet: warning: TEXT" on standard error.
void warn(std::string_view text);
void silence_warnings();  // from now on warn() shows nothing

// Rows as columns of even width, two spaces apart; numbers are not aligned specially.
std::string table(const std::vector<std::vector<std::string>>& rows);

}  // namespace gannet::cli
