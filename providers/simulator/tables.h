// The tables of the simulator's database; what they are stands at the top of tables.cc. A file of an older
// version is brought up to date when it is opened: tables and columns are only ever added. Several processes may open a
// new file at once.
#pragma once
#include <filesystem>

#include "providers/simulator/database.h"

namespace pairform::simulator {

// Makes what is missing. Throws std::runtime_error with a sentence where the file is of a newer version.
void make_tables(Database& database, const std::filesystem::path& file);

}  // namespace pairform::simulator
