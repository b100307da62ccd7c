// Dates and times in cells of tables, by formats in strftime's notation: %Y %m %d %b %H %M %S, and
// %-m, %-d without a leading zero.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gannet {

// The usual formats, of which several may fit a cell: those before are preferred.
std::span<const std::string> date_formats();

bool is_date_format(std::string_view format);  // one of them, or one without leading zeros

// Days since 1970-01-01, of a time alone a part of a day. None where the whole text is not of this
// format, or the date is not in the calendar. %m and %d are read with and without a zero.
std::optional<double> parse_date(std::string_view text, std::string_view format);
std::optional<double> parse_date(std::string_view text);  // of any usual format

// Rounded to the format's smallest part; years from 0 to 9999.
std::string date_text(double days, std::string_view format);

}  // namespace gannet
