// The man pages: pairform(1), one for each command as git has them, and pairform-files(5). They are made of the tables of
// which --help and the reference are made, so they cannot say anything else.
#pragma once
#include <string>
#include <vector>

namespace pairform {

struct ManPage {
  std::string file;  // "pairform-plan.1"
  std::string text;  // roff
};
// pairform.1 first, then the commands in the order of the help, pairform-files.5 last.
std::vector<ManPage> man_pages();

}  // namespace pairform
