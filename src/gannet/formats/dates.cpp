#include "gannet/formats/dates.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <vector>

namespace gannet {
namespace {

namespace chrono = std::chrono;

constexpr double kSeconds = 86400;                         // of a day
constexpr double kFirstDay = -719528, kLastDay = 2932896;  // 0000-01-01, 9999-12-31
constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};

struct Moment {
  int year = 1970;
  unsigned month = 1, day = 1;
  int hour = 0, minute = 0, second = 0;
};

// A number of `least` to `most` digits at the front of `text`, which loses it; -1: there is none.
int take_number(std::string_view& text, size_t least, size_t most) {
  int value = 0;
  size_t digits = 0;
  for (; digits < std::min(most, text.size()) &&
         std::isdigit(static_cast<unsigned char>(text[digits]));
       ++digits)
    value = 10 * value + (text[digits] - '0');
  if (digits < least) return -1;
  text.remove_prefix(digits);
  return value;
}

int take_month(std::string_view& text, bool whole) {
  for (size_t m = 0; m < kMonths.size(); ++m) {
    const std::string_view name = whole ? kMonths[m] : kMonths[m].substr(0, 3);
    if (!text.starts_with(name)) continue;
    text.remove_prefix(name.size());
    return static_cast<int>(m) + 1;
  }
  return -1;
}

// One directive. False where the text does not fit it.
bool take(char directive, std::string_view& text, Moment& to) {
  const int value = directive == 'Y' ? take_number(text, 4, 4)
                    : directive == 'b' || directive == 'B'
                        ? take_month(text, directive == 'B')
                        : take_number(text, directive == 'm' || directive == 'd' ? 1 : 2, 2);
  if (value < 0) return false;
  switch (directive) {
    case 'Y':
      to.year = value;
      return true;
    case 'b':
    case 'B':
    case 'm':
      to.month = static_cast<unsigned>(value);
      return true;
    case 'd':
      to.day = static_cast<unsigned>(value);
      return true;
    case 'H':
      to.hour = value;
      return value < 24;
    case 'M':
      to.minute = value;
      return value < 60;
    default:
      to.second = value;
      return value < 60;
  }
}

std::vector<std::string> make_formats() {
  const char* dates[] = {"%Y-%m-%d",  "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%m/%d/%Y",
                         "%d/%m/%Y",  "%d-%m-%Y", "%m-%d-%Y", "%d %b %Y", "%d-%b-%Y",
                         "%b %d, %Y", "%Y-%m",    "%d %B %Y", "%B %d, %Y"};
  const char* times[] = {"", " %H:%M", " %H:%M:%S", "T%H:%M", "T%H:%M:%S", "T%H:%M:%SZ"};
  std::vector<std::string> all;
  for (const char* date : dates)
    for (const char* of_day : times) all.push_back(std::string(date) + of_day);
  all.insert(all.end(), {"%H:%M", "%H:%M:%S"});
  return all;
}

std::string digits_text(int64_t value, int digits) {
  char number[24];
  std::snprintf(number, sizeof number, "%0*lld", digits, static_cast<long long>(value));
  return number;
}

// What stands for %Y, %m, ...; day and month of at least so many digits.
std::string part_text(chrono::sys_seconds moment, char part, int digits) {
  const chrono::sys_days day = chrono::floor<chrono::days>(moment);
  const chrono::year_month_day date(day);
  const chrono::hh_mm_ss of_day(moment - day);
  switch (part) {
    case 'Y':
      return digits_text(static_cast<int>(date.year()), 4);
    case 'm':
      return digits_text(static_cast<unsigned>(date.month()), digits);
    case 'd':
      return digits_text(static_cast<unsigned>(date.day()), digits);
    case 'b':
      return std::string(kMonths[static_cast<unsigned>(date.month()) - 1].substr(0, 3));
    case 'B':
      return std::string(kMonths[static_cast<unsigned>(date.month()) - 1]);
    case 'H':
      return digits_text(of_day.hours().count(), 2);
    case 'M':
      return digits_text(of_day.minutes().count(), 2);
    default:
      return digits_text(of_day.seconds().count(), 2);
  }
}

}  // namespace

std::span<const std::string> date_formats() {
  static const std::vector<std::string> formats = make_formats();
  return formats;
}

bool is_date_format(std::string_view format) {
  std::string padded;
  for (size_t i = 0; i < format.size(); ++i)
    if (i == 0 || format[i] != '-' || format[i - 1] != '%') padded += format[i];
  return std::ranges::find(date_formats(), padded) != date_formats().end();
}

std::optional<double> parse_date(std::string_view text, std::string_view format) {
  Moment m;
  for (size_t i = 0; i < format.size(); ++i) {
    if (format[i] == '%') {
      i += format[i + 1] == '-' ? 2 : 1;
      if (!take(format[i], text, m)) return std::nullopt;
    } else if (text.starts_with(format[i])) {
      text.remove_prefix(1);
    } else {
      return std::nullopt;
    }
  }
  const chrono::year_month_day date{chrono::year(m.year), chrono::month(m.month),
                                    chrono::day(m.day)};
  if (!text.empty() || !date.ok()) return std::nullopt;
  const auto days = static_cast<double>(chrono::sys_days(date).time_since_epoch().count());
  return days + (m.hour * 3600 + m.minute * 60 + m.second) / kSeconds;
}

std::optional<double> parse_date(std::string_view text) {
  if (text.size() > 24 ||
      std::ranges::none_of(text, [](unsigned char c) { return std::isdigit(c); }))
    return std::nullopt;
  for (const std::string& format : date_formats())
    if (const std::optional<double> days = parse_date(text, format)) return days;
  return std::nullopt;
}

std::string date_text(double days, std::string_view format) {
  const double unit = format.find("%S") != std::string_view::npos   ? 1
                      : format.find("%M") != std::string_view::npos ? 60
                                                                    : kSeconds;
  const double inside = std::isfinite(days) ? std::clamp(days, kFirstDay, kLastDay) : 0;
  const auto seconds =
      static_cast<int64_t>(std::llround(inside * kSeconds / unit)) * static_cast<int64_t>(unit);
  const chrono::sys_seconds moment{chrono::seconds(seconds)};
  std::string text;
  for (size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      text += format[i];
      continue;
    }
    const bool plain = format[i + 1] == '-';
    i += plain ? 2 : 1;
    text += part_text(moment, format[i], plain ? 1 : 2);
  }
  return text;
}

}  // namespace gannet
