// Git's merge driver for recorded state: git merges lines, and two rows that stand next to each other conflict; the driver
// runs `pairform state merge`. It takes two things: a line of .gitattributes, which is committed, and the program in the
// configuration of each clone, which git never takes from a repository.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/examination.h"

namespace pairform {

// What a .gitattributes with this text lacks, to be written at its end; "" where the file names the driver already.
std::string missing_attributes_line(std::string_view text);

// Names the driver in the configuration of the clone that holds the directory. False: it is in none, or there is no git.
bool set_merge_driver(const std::filesystem::path& directory);

// Is the file, within the directory, merged by the driver in this clone? Nothing where it is in no clone.
std::vector<Finding> examine_merge_driver(const std::filesystem::path& directory, const std::string& file);

}  // namespace pairform
